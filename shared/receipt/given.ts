// What the analysis gave for parameters, as far as a run must remember it: only where it is not what the run got.

import { chooseCandidate } from '../analysis/choose.ts'
import { isObject } from '../analysis/document.ts'
import { parseAnalysis } from '../analysis/parse.ts'
import { propertiesOf } from '../parameters/schema.ts'
import type { ParamValue } from '../remediation/marks.ts'
import { canonicalDigest, canonicalText } from './canonical.ts'
import { type Shown, show } from './shown.ts'

/** Kept on the run as an annotation, which Tekton copies to every TaskRun and pod: small. */
export interface GivenMark {
  /** Of all that the analysis gave, as canonical JSON. */
  readonly digest: string
  /** By name, what was given where it differs; null where nothing was given. Absent where even that is too much. */
  readonly differs?: Readonly<Record<string, Shown | null>>
  /** Names whose values are secrets: `writeOnly` in the schema. */
  readonly secret?: readonly string[]
}

type Values = Readonly<Record<string, unknown>>

const MOST_BYTES = 4_096

/** The parameters that an analysis event's data proposes for the playbook it chooses; none where it chooses none. */
export function givenIn(data: unknown): Values {
  const analysis = parseAnalysis(data)
  const chosen = analysis.kind === 'none' ? analysis : chooseCandidate(analysis)
  return 'kind' in chosen ? {} : (chosen.parameters ?? {})
}

/** Names of the parameters whose values are never shown, sorted. */
function secretNames(schema: unknown): string[] {
  if (!isObject(schema)) return []
  const secret = [...propertiesOf(schema, schema)].filter(([, property]) => property.writeOnly === true)
  return secret.map(([name]) => name).sort()
}

/** What was given where it is not what the run gets. */
function differences(given: Values, got: Values, secret: readonly string[]): Record<string, Shown | null> {
  const names = [...new Set([...Object.keys(given), ...Object.keys(got)])].sort()
  const different = names.filter(name => canonicalText(given[name]) !== canonicalText(got[name]))
  return Object.fromEntries(
    different.map(name => [
      name,
      Object.hasOwn(given, name) ? show(given[name], secret.includes(name)) : null,
    ]),
  )
}

/** The mark of what an analysis gave, beside what the run gets under this schema. */
export function givenMarkOf(
  data: unknown,
  got: Readonly<Record<string, ParamValue>>,
  schema: unknown,
): GivenMark {
  const given = givenIn(data)
  const secret = secretNames(schema)
  const differs = differences(given, got, secret)
  return {
    digest: canonicalDigest(given),
    ...(JSON.stringify(differs).length > MOST_BYTES ? {} : { differs }),
    ...(secret.length === 0 ? {} : { secret }),
  }
}
