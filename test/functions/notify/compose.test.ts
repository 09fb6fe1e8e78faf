// The words that people read: a headline and the facts, for each event that people are told of.

import { describe, expect, it } from 'vitest'
import { compose } from '../../../functions/notify/compose.ts'
import { FLOWS, isOurType, TYPE } from '../../../shared/events/contract.ts'
import { eventOf, factsOf, LOOK, newsOf, RUN } from './composed.ts'

describe('who is told what', () => {
  it.each([
    [TYPE.succeeded, 'good', 'oomkill-scale-down succeeded on production/deployment/my-app'],
    [TYPE.failed, 'bad', 'oomkill-scale-down failed on production/deployment/my-app'],
    [TYPE.cancelled, 'attention', 'oomkill-scale-down was cancelled on production/deployment/my-app'],
    [
      TYPE.approvalRequested,
      'attention',
      'oomkill-scale-down waits for an approval on production/deployment/my-app',
    ],
    [TYPE.rejected, 'attention', 'An analysis was not acted on: InvalidParameters'],
    [TYPE.denied, 'attention', 'A remediation was denied: DecisionChanged'],
    [TYPE.playbookRejected, 'bad', 'Playbook remediation/oomkill-scale-down was rejected: BundleNotFound'],
  ])('%s: %s', (type, severity, headline) => {
    expect(newsOf(type)).toMatchObject({ severity, headline, event: eventOf(type) })
  })

  it.each(Object.values(TYPE).filter(isOurType))(
    'every fact of %s says something, or nobody is told',
    type => {
      for (const [label, value] of compose(eventOf(type))?.facts ?? []) {
        expect(label).toMatch(/\S/)
        expect([label, value]).toEqual([label, expect.stringMatching(/\S/)])
        expect(value).not.toMatch(/undefined|\[object/)
      }
    },
  )

  it('people are told of what notify takes and of what it replies, and of nothing else', () => {
    const { takes, replies } = FLOWS.notify
    const expected = [...takes.filter(isOurType), ...replies].sort()
    const told = Object.values(TYPE)
      .filter(isOurType)
      .filter(type => compose(eventOf(type)) !== undefined)
    expect(told.sort()).toEqual(expected)
  })

  it('nobody is told of what is not ours', () => {
    expect(compose({ specversion: '1.0', id: '1', source: '/s', type: TYPE.runFailed })).toBeUndefined()
  })
})

const ANNOTATE = `kubectl -n remediation annotate pipelinerun ${RUN}`
const ME = `"$(kubectl auth whoami -o jsonpath='{.status.userInfo.username}')"`

describe('what waits for a person', () => {
  it('is told with the commands that approve and deny it', () => {
    expect(factsOf(TYPE.approvalRequested)).toEqual({
      Target: 'production/deployment/my-app',
      Playbook: 'oomkill-scale-down 1.0.0',
      Why: 'Production environment requires manual approval',
      Until: '2026-11-21T06:28:25.000Z',
      'Approve it': `${ANNOTATE} playbook.kubernaut.io/approved-by=${ME}`,
      'Deny it': `${ANNOTATE} playbook.kubernaut.io/denied-by=${ME}`,
    })
  })

  it('is told where no reason was given', () => {
    expect(factsOf(TYPE.approvalRequested, { why: undefined })).not.toHaveProperty('Why')
  })
})

describe('a refusal', () => {
  it('is told with everything that is wrong, and with the whole target', () => {
    expect(newsOf(TYPE.rejected).facts).toEqual([
      ['Reason', 'InvalidParameters'],
      ['Message', '1 parameter of oomkill-scale-down is wrong.'],
      ['Playbook', 'remediation/oomkill-scale-down'],
      ['Target', 'Deployment production/my-app'],
      ['SCALE_TARGET_REPLICAS', 'SCALE_TARGET_REPLICAS must be at most 100, but "1000" was given.'],
    ])
  })

  it('is told with the nearest names', () => {
    expect(factsOf(TYPE.rejected, { nearest: ['a', 'b'] })['Did it mean']).toBe('a, b')
  })

  it('of what was validated is told with the analysis, and with the run where there is one', () => {
    expect(factsOf(TYPE.denied).Analysis).toBe('/analysis incident-1')
    expect(factsOf(TYPE.denied, { run: { namespace: 'remediation', name: RUN } }).Look).toBe(LOOK)
  })

  it('of a Playbook is told with the command that shows it', () => {
    expect(factsOf(TYPE.playbookRejected).Look).toBe(
      'kubectl -n remediation describe playbook oomkill-scale-down',
    )
  })
})
