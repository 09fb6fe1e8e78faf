// Whether proposed parameters may reach a playbook, and as what: every rule, all faults at once.

import type { Json } from '../analysis/document.ts'
import type { Target } from '../remediation/target.ts'
import { firstPerValue, valueFault } from './fault.ts'
import type { CompiledParameters, ParameterFault, ParameterVerdict, TektonValue } from './parameters.ts'
import { type ParameterProposal, pass, pathOf, refuseMissing } from './pass.ts'
import { contradictionOf, isPlatformName, targetOf } from './platform.ts'
import { propertiesOf } from './schema.ts'
import { type Sorted, sortNames } from './sort-names.ts'
import { bytesOf, dangerOf, MAX_TOTAL_BYTES } from './unsafe.ts'
import { secretsOf, validateValues } from './validate.ts'

/** More than that is noise, and would not fit an event. */
const MOST_FAULTS = 100

/** Faults of single values that no schema may allow. */
function refuseDangers(values: ReadonlyMap<string, unknown>, secrets: ReadonlySet<string>): ParameterFault[] {
  return [...values].flatMap(([name, value]) => {
    const danger = dangerOf(value)
    return danger === undefined ? [] : [valueFault(pathOf(name), { ...danger, value }, secrets.has(name))]
  })
}

/** What is said of the target must be of one: that of the analysis, else the one that all of it names together. */
function refuseContradictions(
  values: Iterable<[string, unknown]>,
  ofAnalysis: Target | undefined,
): ParameterFault[] {
  const facts = [...values].flatMap(([name, value]): [string, string][] => {
    if (!isPlatformName(name) || value === null) return []
    // As Tekton gets it: a number or a list names another target just as well.
    return [[name, typeof value === 'string' ? value : JSON.stringify(value)]]
  })
  const target = ofAnalysis ?? targetOf(Object.fromEntries(facts))
  return facts.flatMap(([name, value]) => {
    const contradiction = contradictionOf(name, value, target)
    return contradiction === undefined ? [] : [valueFault(pathOf(name), contradiction, false)]
  })
}

function refuseTotal(values: ReadonlyMap<string, TektonValue>): ParameterFault[] {
  const bytes = [...values].reduce((sum, [name, value]) => sum + bytesOf(name) + bytesOf(value), 0)
  if (bytes <= MAX_TOTAL_BYTES) return []
  const expected = `at most ${MAX_TOTAL_BYTES} bytes in all`
  const message = `The parameters must be ${expected}, but have ${bytes}. Send less.`
  return [{ path: '', rule: 'size', expected, actual: `${bytes} bytes`, message }]
}

/** What was already refused is missing from then on, which is no news; and a flood of faults is cut short. */
function gather(faults: readonly ParameterFault[]): ParameterFault[] {
  const all = firstPerValue(faults)
  if (all.length <= MOST_FAULTS) return all
  const rest = `${all.length - MOST_FAULTS} more`
  const message = `There are ${rest} faults. Read the playbook's parameters and send only those.`
  return [
    ...all.slice(0, MOST_FAULTS),
    { path: '', rule: 'more', expected: 'declared names', actual: rest, message },
  ]
}

/** The values for the schema, and those only the Pipeline asks for. */
function split(
  sorted: Sorted,
  faulty: ReadonlySet<string>,
  schema: Json,
): { known: Json; facts: [string, unknown][] } {
  const names = propertiesOf(schema, schema)
  const sound = [...sorted.kept].filter(([name]) => !faulty.has(pathOf(name)))
  const isFact = ([name]: [string, unknown]): boolean => isPlatformName(name) && !names.has(name)
  return { known: Object.fromEntries(sound.filter(entry => !isFact(entry))), facts: sound.filter(isFact) }
}

/** Judges parameters against a playbook: lossless coercion, defaults, the platform's facts, safety, and the Pipeline. */
export function judgeParameters(compiled: CompiledParameters, proposal: ParameterProposal): ParameterVerdict {
  const pipeline = new Set(proposal.declared.map(param => param.name))
  const { given = {}, target, undeclared } = proposal
  const sorted = sortNames({ compiled, given, target, pipeline, undeclared })
  const dangers = refuseDangers(sorted.kept, secretsOf(compiled))
  const { known, facts } = split(sorted, new Set(dangers.map(fault => fault.path)), compiled.schema)
  const { data, changes, faults } = validateValues(compiled, known)
  const all = new Map([...Object.entries(data), ...facts])
  const passed = pass(all, sorted, proposal)
  // A value taken out as dangerous looks as if it were not given to those that depend on it.
  const refused = gather([
    ...sorted.faults,
    ...dangers,
    ...faults.filter(fault => fault.rule !== 'dependsOn' || dangers.length === 0),
    ...refuseContradictions(all, target),
    ...passed.faults,
    ...refuseMissing(passed.values, proposal),
    ...refuseTotal(passed.values),
  ])
  if (refused.length > 0) return { ok: false, faults: refused }
  const { dropped, filled } = sorted
  return { ok: true, values: Object.fromEntries(passed.values), ...changes, filled, dropped }
}
