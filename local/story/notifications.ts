// Catches what the `notify` function writes to its log, for the end of the story.

import { Writable } from 'node:stream'

export interface Notifications {
  readonly destination: Writable
  /** The last notification about a subject, in readable lines, once there is one. */
  readonly about: (subject: string) => Promise<string>
}

type Line = Readonly<Record<string, unknown>>

const HIDDEN = ['level', 'time', 'msg', 'notification', 'subject']

function readable(line: Line): string {
  const facts = Object.entries(line).filter(([key]) => !HIDDEN.includes(key))
  const width = Math.max(...facts.map(([key]) => key.length))
  return [line.msg, ...facts.map(([key, value]) => `${key.padEnd(width)}  ${value}`)].join('\n')
}

/** Lines of trouble (warnings and above) that are no notifications go to `onTrouble`. */
export function createNotifications(onTrouble: (line: Line) => void): Notifications {
  const found = new Map<string, string>()
  const waiting = new Map<string, (text: string) => void>()

  function take(line: Line): void {
    if (typeof line.notification !== 'string') {
      if (line.level === 'error' || line.level === 'fatal') onTrouble(line)
      return
    }
    const subject = String(line.subject)
    const text = readable(line)
    found.set(subject, text)
    waiting.get(subject)?.(text)
  }

  return {
    destination: new Writable({
      write(chunk: Buffer, _, done) {
        for (const text of chunk.toString().split('\n')) if (text !== '') take(JSON.parse(text) as Line)
        done()
      },
    }),
    about(subject) {
      const text = found.get(subject)
      if (text !== undefined) return Promise.resolve(text)
      return new Promise(resolve => waiting.set(subject, resolve))
    },
  }
}
