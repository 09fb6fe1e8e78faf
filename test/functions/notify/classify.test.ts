// How a run ended, in a word for the person on call: a table over what Tekton writes into runs and TaskRuns.

import { describe, expect, it } from 'vitest'
import { classify } from '../../../functions/notify/classify.ts'
import { CLASS_ROWS } from './failure-rows.ts'
import { endedAs, FAILED, runOf, taskRun } from './failures.ts'

describe('the class of a failure', () => {
  it.each(CLASS_ROWS)('%s', (_, run, taskRuns, expected) => {
    expect(classify(run, taskRuns.map(taskRun))?.class).toBe(expected)
  })
})

describe('where it failed', () => {
  it('is the task, the step and its exit code', () => {
    expect(classify(FAILED, [taskRun({ step: { exitCode: 3 } })])).toMatchObject({
      task: 'fix',
      step: 'run',
      exitCode: 3,
    })
  })

  it('is the first task that failed in time, whatever the order of the list; the others often failed because of it', () => {
    const first = taskRun({
      task: 'first',
      at: '2026-11-21T06:13:25Z',
      step: { exitCode: 137, reason: 'OOMKilled' },
    })
    const second = taskRun({ task: 'second', at: '2026-11-21T06:13:26Z', message: 'timed out' })
    const unfinished = taskRun({ task: 'unfinished', message: 'forbidden' })
    const fine = taskRun({ task: 'fine', status: 'True', at: '2026-11-21T06:00:00Z' })
    for (const list of [
      [first, second, unfinished, fine],
      [fine, unfinished, second, first],
    ])
      expect(classify(FAILED, list)).toMatchObject({ task: 'first', class: 'OutOfMemory' })
    expect(classify(FAILED, [unfinished, second])).toMatchObject({ task: 'second' })
  })

  it('is left out where nobody knows', () => {
    const outcome = classify(endedAs('CouldntGetPipeline', 'x'), [])
    expect(Object.keys(outcome ?? {}).sort()).toEqual(['class', 'message', 'reason'])
  })
})

describe('a run that did not fail', () => {
  it.each([
    ['succeeded', 'Succeeded', 'True'],
    ['succeeded with skipped tasks', 'Completed', 'True'],
    ['was cancelled', 'Cancelled', 'False'],
    ['was stopped', 'StoppedRunFinally', 'False'],
  ] as const)('has no class: it %s', (_, reason, status) => {
    const tasks = [taskRun({ reason: 'TaskRunCancelled', message: 'timed out' })]
    expect(classify(endedAs(reason, 'words', status), tasks)).toEqual({ reason, message: 'words' })
  })

  it.each([
    ['it runs', { conditions: [{ type: 'Succeeded', status: 'Unknown', reason: 'Running' }] }],
    ['it has no conditions', {}],
    ['it has no status', undefined],
    ['another condition is false', { conditions: [{ type: 'Ready', status: 'False' }] }],
  ])('has no outcome yet: %s', (_, status) => {
    expect(classify(runOf(status), [])).toBeUndefined()
  })
})

describe('the times', () => {
  const conditions = [{ type: 'Succeeded', status: 'True', reason: 'Succeeded', message: '' }]
  const times = { startTime: '2026-11-21T06:13:25Z', completionTime: '2026-11-21T06:14:28Z' }

  it('are told, and how long it took', () => {
    expect(classify(runOf({ ...times, conditions }), [])).toMatchObject({
      startedAt: times.startTime,
      endedAt: times.completionTime,
      seconds: 63,
    })
  })

  it('are left out where the run never started', () => {
    const { startTime: _, ...unstarted } = times
    expect(classify(runOf({ ...unstarted, conditions }), [])).not.toHaveProperty('seconds')
  })
})
