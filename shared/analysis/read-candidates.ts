// What the analysis would run: every strategy, or the one workflow that it selected.

import type { Candidate } from './analysis.ts'
import { isObject, type Json } from './document.ts'
import { anyIs, asObject, find, findAll, findConfidence, findText } from './fields.ts'
import { readRefusal } from './read-refusal.ts'
import { ANALYSIS, CANDIDATE, CHOICES, FLAT_CANDIDATE } from './spellings.ts'

type Spellings = Readonly<Record<keyof typeof CANDIDATE, readonly string[]>>
type Read<Key extends keyof Candidate> = Pick<Candidate, Key> | undefined

const HEX_256 = /^(?:sha256:)?([0-9a-f]{64})$/i

function plainDigest(text: string | undefined): string | undefined {
  const hex = HEX_256.exec(text?.trim() ?? '')?.[1]
  return hex === undefined ? undefined : `sha256:${hex.toLowerCase()}`
}

/** A digest has its own key, is in the bundle reference, or both; a git commit in its place is not one. */
function readDigest(own: string | undefined, bundle: string | undefined): Read<'digest' | 'digestFault'> {
  const stated = plainDigest(own)
  const referred = plainDigest(bundle?.split('@')[1])
  const digest = stated ?? referred
  if (digest === undefined) return undefined
  if (referred === undefined || referred === digest) return { digest }
  return {
    digest,
    digestFault: `The bundle is at ${referred}, but its digest is given as ${digest}. Send one of the two.`,
  }
}

/** Parameters as an object, as JSON text of one, or as Tekton's list of names and values. */
function readParameters(value: unknown): Read<'parameters' | 'parametersFault'> {
  const object = asObject(value)
  if (value === undefined || object !== undefined) return { parameters: object }
  const isList =
    Array.isArray(value) && value.every(entry => isObject(entry) && typeof entry.name === 'string')
  if (isList) return { parameters: Object.fromEntries(value.map(entry => [entry.name, entry.value])) }
  const kind = Array.isArray(value) ? 'a list' : `a ${typeof value}`
  return {
    parameters: undefined,
    parametersFault: `The parameters are ${kind}. Send an object of names and values, such as {"REPLICAS": 3}.`,
  }
}

/** One candidate; undefined where nothing names a playbook. */
function readCandidate(layers: readonly Json[], keys: Spellings): Candidate | undefined {
  const bundle = findText(layers, keys.bundle)
  const spelled = [...findAll(layers, keys.playbook), ...findAll(layers, keys.otherNames), bundle]
  const names = [...new Set(spelled.filter(name => typeof name === 'string').map(name => name.trim()))]
  const [playbook, ...otherNames] = names
  if (playbook === undefined) return undefined
  const version = findText(layers, keys.version)
  const confidence = findConfidence(layers, keys.confidence)
  const isUnsure = confidence === undefined && find(layers, keys.confidence) !== undefined
  const rationale = findText(layers, keys.rationale)
  const refusal = readRefusal(layers)
  return {
    playbook,
    otherNames: otherNames.filter(name => name !== bundle),
    ...(version !== undefined && { version }),
    ...(bundle !== undefined && { bundle }),
    ...readDigest(findText(layers, keys.digest), bundle),
    parameters: undefined,
    ...readParameters(find(layers, keys.parameters)),
    ...(confidence !== undefined && { confidence }),
    ...(isUnsure && { isUnsure }),
    ...(anyIs(layers, keys.selected, true) && { selected: true }),
    ...(rationale !== undefined && { rationale }),
    ...(refusal !== undefined && { refusal }),
    ...(anyIs(layers, ANALYSIS.approvalRequired, true) && { approvalRequired: true }),
  }
}

/** A bare string names the playbook; what else is known of it lies flat beside it. */
function readBare(name: unknown, layers: readonly Json[]): Candidate | undefined {
  if (typeof name !== 'string') return undefined
  return readCandidate([{ playbookId: name.trim() }, ...layers], FLAT_CANDIDATE)
}

function readChosen(value: unknown, layers: readonly Json[]): Candidate | undefined {
  const object = asObject(value)
  return object === undefined ? readBare(value, layers) : readCandidate([object], CANDIDATE)
}

/** Every candidate: an explicit selection before a list of strategies, and that before ids that lie flat. */
export function readCandidates(layers: readonly Json[]): readonly Candidate[] {
  const chosen = readChosen(find(layers, CHOICES.one), layers)
  if (chosen !== undefined) return [chosen]
  const lists = findAll(layers, CHOICES.list).filter(Array.isArray)
  const listed = (lists[0] ?? []).map(entry => (typeof entry === 'string' ? { playbookId: entry } : entry))
  const candidates = listed.filter(isObject).map(entry => readCandidate([entry], CANDIDATE))
  const readable = candidates.filter(candidate => candidate !== undefined)
  if (readable.length > 0) return readable
  const flat = readCandidate(layers, FLAT_CANDIDATE)
  return flat === undefined ? [] : [flat]
}
