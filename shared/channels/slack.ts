// Slack through an incoming webhook, as blocks with a plain text for notifications.

import { post } from './post.ts'
import type { News, Receiver } from './receiver.ts'

/** Slack's limits (https://docs.slack.dev/reference/block-kit/blocks/section-block, /header-block). */
const LIMIT = { header: 150, field: 2000, fields: 10 } as const
const SIGN = { good: ':white_check_mark:', bad: ':x:', attention: ':warning:' } as const

/** Not within an escape such as `&lt;`, nor within a character of two code units. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  return `${text.slice(0, limit - 1).replace(/&[a-z]*$|[\uD800-\uDBFF]$/, '')}…`
}

/** `&`, `<` and `>` are control characters of mrkdwn (https://docs.slack.dev/messaging/formatting-message-text#escaping). */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function slackMessage({ severity, headline, facts }: News): object {
  const fields = facts.slice(0, LIMIT.fields).map(([label, value]) => ({
    type: 'mrkdwn',
    text: cut(`*${escapeText(label)}*\n${escapeText(value)}`, LIMIT.field),
  }))
  const header = { type: 'plain_text', text: cut(`${SIGN[severity]} ${headline}`, LIMIT.header), emoji: true }
  return {
    text: escapeText(headline),
    blocks: [{ type: 'header', text: header }, ...(fields.length === 0 ? [] : [{ type: 'section', fields }])],
  }
}

export function slackReceiver({ url, fetch }: { url: string; fetch: typeof globalThis.fetch }): Receiver {
  return {
    name: 'slack',
    async tell(news) {
      const headers = { 'content-type': 'application/json' }
      await post(fetch, { receiver: 'Slack', url, headers, body: JSON.stringify(slackMessage(news)) })
    },
  }
}
