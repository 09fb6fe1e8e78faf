// The news of a run that ended: where it failed, and what to do now.

import { describe, expect, it } from 'vitest'
import { TYPE } from '../../../shared/events/contract.ts'
import { factsOf, LOOK } from './composed.ts'

describe('the end of a run', () => {
  it('is told with where it failed and what to do now', () => {
    expect(factsOf(TYPE.failed)).toEqual({
      Target: 'production/deployment/my-app',
      Playbook: 'oomkill-scale-down 1.0.0',
      Outcome: 'Failed: Tasks Completed: 1 (Failed: 1, Cancelled 0), Skipped: 0',
      Took: '3 s',
      'Failed at': 'execute-playbook / run-remediation (exit code 137)',
      'What now': 'The step ran out of memory: raise its limit in the Pipeline.',
      Look: LOOK,
    })
  })

  it('is told without what a success has not', () => {
    expect(Object.keys(factsOf(TYPE.succeeded))).toEqual(['Target', 'Playbook', 'Outcome', 'Took', 'Look'])
  })

  it('is told where its message is empty', () => {
    const outcome = { reason: 'Cancelled', message: '' }
    expect(factsOf(TYPE.cancelled, { outcome }).Outcome).toBe('Cancelled')
  })

  it.each([
    ['OutOfMemory', /limit/],
    ['Timeout', /spec\.timeout/],
    ['ImagePull', /image reference.*pull secret/],
    ['Quota', /quota/],
    ['Forbidden', /serviceAccountName/],
    ['Playbook', /findings/],
    ['StepFailed', /log of the step/],
    ['Unknown', /log/],
    ['SomethingNew', /log/],
  ])('advises on %s', (name, advice) => {
    const outcome = { reason: 'Failed', message: 'x', class: name }
    expect(factsOf(TYPE.failed, { outcome })['What now']).toMatch(advice)
  })

  it.each([
    [{ task: 'a' }, 'a'],
    [{ step: 'b' }, 'b'],
    [{ task: 'a', step: 'b' }, 'a / b'],
    [{ task: 'a', step: 'b', exitCode: 0 }, 'a / b (exit code 0)'],
  ])('says where as far as it is known: %o', (where, expected) => {
    const outcome = { reason: 'Failed', message: 'x', ...where }
    expect(factsOf(TYPE.failed, { outcome })['Failed at']).toBe(expected)
  })
})
