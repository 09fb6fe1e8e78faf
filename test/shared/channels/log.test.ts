// The receiver that is always there, and which others a configuration adds.

import { describe, expect, it } from 'vitest'
import { logReceiver } from '../../../shared/channels/log.ts'
import { receiversOf } from '../../../shared/channels/receivers.ts'
import { readConfig } from '../../../shared/runtime/config.ts'
import { keepLog } from '../runtime/kit.ts'
import { newsOf } from './kit.ts'

describe('the log as a receiver', () => {
  it.each([
    ['good', 'info'],
    ['bad', 'warn'],
    ['attention', 'warn'],
  ] as const)('writes %s news as one line of level %s', async (severity, level) => {
    const { log, lines } = keepLog()
    await logReceiver(log).tell(newsOf({ severity }))
    expect(lines).toMatchObject([
      {
        level,
        msg: newsOf().headline,
        notification: 'io.kubernaut.remediation.failed.v1',
        subject: 'rem-1',
        Target: 'production/deployment/my-app',
      },
    ])
  })
})

describe('the receivers of a deployment', () => {
  const WEBHOOK = { WEBHOOK_URL: 'https://a.example', WEBHOOK_SECRET: 'a secret of some length' }
  const SLACK = { SLACK_URL: 'https://slack.example/x' }
  it.each([
    [{}, ['log']],
    [WEBHOOK, ['log', 'webhook']],
    [SLACK, ['log', 'slack']],
    [{ ...WEBHOOK, ...SLACK }, ['log', 'webhook', 'slack']],
  ])('%o', (env, names) => {
    const config = readConfig(env, [])
    const services = { config, log: keepLog().log, fetch, clock: { now: () => 0 } }
    expect(receiversOf(services).map(each => each.name)).toEqual(names)
  })
})
