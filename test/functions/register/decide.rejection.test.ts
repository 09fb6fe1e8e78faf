// Why a Playbook may not run: a reason, and a sentence that says what to change.

import { describe, expect, test } from 'vitest'
import { decideRegistration } from '../../../functions/register/decide.ts'
import type { Gathered } from '../../../functions/register/gather.ts'
import type { PlaybookSpec } from '../../../shared/playbook/playbook.ts'
import { pipeline, playbook, read, rejectedFrom, SCHEMA } from './kit.ts'

const wanting = { tasks: [{ name: 'run', taskSpec: { params: [{ name: 'TARGET' }] } }] }
const needy = { params: [{ name: 'REPLICAS' }, { name: 'MODE', default: 'safe' }, { name: 'REGION' }] }
const noNeed = 'The Pipeline needs REGION, but the schema does not declare it, so nobody can send it.'
const noValue =
  'Task run declares the param TARGET without default and is given no value, so Tekton refuses every run. Remove it from taskSpec.params, or add params: [{name: TARGET, value: $(params.TARGET)}] to the task.'

describe('rejected, with what to change', () => {
  test.each<[string, Gathered, Partial<PlaybookSpec>, string]>([
    [
      'a schema in the bundle and another in the Playbook',
      read(),
      { parameters: SCHEMA },
      'ParametersTwice: The bundle carries its schema, so spec.parameters must be left out.',
    ],
    [
      'an object that is no Pipeline',
      read({ object: { ...pipeline(), kind: 'Task' } }),
      {},
      'NoPipeline: The object scale-down is no Pipeline: its kind is "Task", not Pipeline.',
    ],
    [
      'no version',
      read({ tag: 'latest' }),
      {},
      'NoVersion: No version is given. Tag the bundle v1.2.3, set spec.version, or annotate the Pipeline.',
    ],
    [
      'versions that differ',
      read({ object: pipeline({}, { annotations: { 'playbook.kubernaut.io/version': '1.1.0' } }) }),
      { version: '1.0.0' },
      'NoVersion: The versions differ: the Pipeline annotation playbook.kubernaut.io/version says 1.1.0, spec.version says 1.0.0, the tag says 1.0.0. Make them agree.',
    ],
    [
      'a schema that is none',
      read({ schema: { type: 7 } }),
      {},
      'InvalidSchema: Parameters are an object, but the schema says 7.',
    ],
    [
      'a task that Tekton would refuse at every run',
      read({ object: pipeline(wanting) }),
      {},
      `PipelineNotRunnable: ${noValue}`,
    ],
    [
      'a precondition that cannot be judged',
      read(),
      { preconditions: [{ expression: 'target.spec.replicas > 1' }, { expression: 'analysis.id == "a"' }] },
      'InvalidPrecondition: The precondition "analysis.id == "a"" is wrong at its character 1: Unknown variable: analysis.',
    ],
    [
      'a Pipeline that needs what nobody can send',
      read({ object: pipeline(needy) }),
      {},
      `PipelineContradictsSchema: ${noNeed}`,
    ],
    [
      'both: all is said at once',
      read({ object: pipeline({ ...wanting, ...needy }) }),
      {},
      `PipelineNotRunnable: ${noValue} ${noNeed}`,
    ],
  ])('%s', (_, gathered, spec, expected) => {
    const { reason, message, mayPass } = rejectedFrom(gathered, playbook(spec))
    expect(`${reason}: ${message}`).toBe(expected)
    expect(mayPass).toBe(false)
  })

  test('all findings are kept, warnings too', () => {
    const steps = [{ image: 'busybox' }]
    const tasks = [{ name: 'run', taskSpec: { params: [{ name: 'TARGET' }], steps } }]
    const { findings } = rejectedFrom(read({ object: pipeline({ tasks }) }))
    expect(findings.map(({ severity, rule }) => `${severity} ${rule}`)).toEqual([
      'error task-param-without-value',
      'warning image-not-pinned',
    ])
  })
})

describe('what could not be read', () => {
  test.each([true, false])('is rejected for its reason, and may pass later: %s', mayPass => {
    const wrong = { kind: 'wrong', reason: 'BundleNotFound', message: 'no such image', mayPass } as const
    const { reason, message } = wrong
    expect(decideRegistration(playbook(), wrong)).toEqual({
      kind: 'rejected',
      reason,
      message,
      findings: [],
      mayPass,
    })
  })

  test('is postponed while the registry is down', () => {
    const down = { kind: 'unavailable', reason: 'RegistryUnavailable', message: 'no answer' } as const
    expect(decideRegistration(playbook(), down)).toEqual({ ...down, kind: 'postponed' })
  })
})
