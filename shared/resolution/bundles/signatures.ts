// Which bundles must be signed, and by whom: rules that an operator writes into the ConfigMap.

import { parse } from 'yaml'
import type { Bundle } from '../../bundle/read.ts'
import type { Reference } from '../../oci/reference.ts'
import type { Registry } from '../../oci/registry.ts'
import { InvalidKey, type PublicKey, parsePublicKey } from '../../signature/key.ts'
import { type SignatureVerdict, verifySignature } from '../../signature/verify.ts'
import { ResolutionError } from '../error.ts'
import { isTexts, matches } from '../pattern.ts'
import type { Settings } from '../resolver.ts'

interface Rule {
  /** Patterns of registry/repository. */
  readonly bundles: readonly string[]
  /** PEM. */
  readonly keys: readonly string[]
}

const KEY = 'signatures'

function isRule(value: unknown): value is Rule {
  const { bundles, keys } = (value ?? {}) as Partial<Record<keyof Rule, unknown>>
  return isTexts(bundles) && isTexts(keys) && keys.length > 0
}

/** Nothing is fetched by rules that nobody understands. */
function misread(why: string): ResolutionError {
  return new ResolutionError(
    `${KEY} in the resolver's ConfigMap must be a YAML list of rules with bundles, a list of patterns, and keys, a list of public keys as PEM (${why}): an operator must correct it`,
  )
}

function readRules(settings: Settings): readonly Rule[] {
  const text = settings[KEY] ?? ''
  if (text.trim() === '') return []
  let rules: unknown
  try {
    rules = parse(text)
  } catch {
    throw misread('it is no YAML')
  }
  if (Array.isArray(rules) && rules.every(isRule)) return rules
  throw misread(Array.isArray(rules) ? 'a rule has not both' : 'it is no list')
}

function keysOf({ keys }: Rule): PublicKey[] {
  try {
    return keys.map(parsePublicKey)
  } catch (error) {
    if (error instanceof InvalidKey) throw misread(error.message)
    throw error
  }
}

const DOCKER_HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']

/** A registry's one name: Docker Hub has several, and HTTPS a port of its own. */
function usual(place: string): string {
  const [host = '', ...path] = place.split('/')
  const registry = host.replace(/:443$/, '')
  return [DOCKER_HUB.includes(registry) ? 'docker.io' : registry, ...path].join('/')
}

function isAbout({ bundles }: Rule, { registry, repository }: Reference): boolean {
  const place = `${registry}/${repository}`
  return bundles.some(pattern => matches(pattern, place) || matches(usual(pattern), usual(place)))
}

interface Fetched {
  readonly registry: Registry
  readonly reference: Reference
  readonly bundle: Pick<Bundle, 'digest' | 'target'>
  readonly signal: AbortSignal
}

/** One key of a rule is enough; a signature of an index vouches for the image in it. */
async function verdictOf(fetched: Fetched, keys: readonly PublicKey[]): Promise<SignatureVerdict> {
  const { registry, reference, bundle, signal } = fetched
  const place = { registry: reference.registry, repository: reference.repository }
  let last: SignatureVerdict | undefined
  for (const digest of new Set([bundle.target, bundle.digest]))
    for (const key of keys) {
      const verdict = await verifySignature({ registry, image: { ...place, digest }, signal }, key)
      if (verdict.ok) return verdict
      last = last?.ok === false && last.reason === 'untrusted' ? last : verdict
    }
  return last ?? { ok: false, reason: 'unsigned', message: 'it is not signed' }
}

/** Every rule for the bundle must hold. Throws ResolutionError where one does not; says nothing where there is none. */
export async function checkSignatures(settings: Settings, fetched: Fetched): Promise<void> {
  for (const rule of readRules(settings)) {
    if (!isAbout(rule, fetched.reference)) continue
    const verdict = await verdictOf(fetched, keysOf(rule))
    if (!verdict.ok) throw new ResolutionError(`the bundle must be signed: ${verdict.message}`)
  }
}
