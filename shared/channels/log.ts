// The receiver that is always there: the function's own log.

import type { Log } from '../runtime/log.ts'
import type { Receiver } from './receiver.ts'

export function logReceiver(log: Log): Receiver {
  return {
    name: 'log',
    async tell({ severity, headline, facts, event }) {
      const level = severity === 'good' ? 'info' : 'warn'
      log[level]({ notification: event.type, subject: event.subject, ...Object.fromEntries(facts) }, headline)
    },
  }
}
