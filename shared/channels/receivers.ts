// Which receivers a deployment has, from its configuration; the log is always one.

import type { Services } from '../runtime/function.ts'
import { logReceiver } from './log.ts'
import type { Receiver } from './receiver.ts'
import { slackReceiver } from './slack.ts'
import { webhookReceiver } from './webhook.ts'

type Needed = Pick<Services, 'config' | 'log' | 'fetch' | 'clock'>

export function receiversOf({ config, log, fetch, clock }: Needed): Receiver[] {
  const { webhook, slackUrl } = config
  return [
    logReceiver(log),
    ...(webhook === undefined ? [] : [webhookReceiver({ ...webhook, fetch, clock })]),
    ...(slackUrl === undefined ? [] : [slackReceiver({ url: slackUrl, fetch })]),
  ]
}
