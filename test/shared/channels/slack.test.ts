// What Slack is sent: blocks within its limits, and text in which nobody can hide a mention or a link.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { News } from '../../../shared/channels/receiver.ts'
import { slackReceiver } from '../../../shared/channels/slack.ts'
import { type Endpoint, newsOf, startEndpoint } from './kit.ts'

interface Message {
  readonly text: string
  readonly blocks: readonly [
    { readonly type: 'header'; readonly text: { readonly type: string; readonly text: string } },
    {
      readonly type: 'section'
      readonly fields: readonly { readonly type: string; readonly text: string }[]
    }?,
  ]
}

let endpoint: Endpoint
beforeEach(async () => {
  endpoint = await startEndpoint()
})
afterEach(() => endpoint.close())

async function sent(changes: Partial<News> = {}): Promise<Message> {
  await slackReceiver({ url: endpoint.url, fetch }).tell(newsOf(changes))
  const [received] = endpoint.received
  expect(received?.headers['content-type']).toBe('application/json')
  return JSON.parse(received?.body ?? '')
}

describe('a message to Slack', () => {
  it('is a header, the facts in order, and a text for notifications', async () => {
    const facts = [
      ['Target', 'production/deployment/my-app'],
      ['Outcome', 'Failed'],
    ] as const
    expect(await sent({ facts })).toEqual({
      text: newsOf().headline,
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: `:x: ${newsOf().headline}`, emoji: true } },
        {
          type: 'section',
          fields: [
            { type: 'mrkdwn', text: '*Target*\nproduction/deployment/my-app' },
            { type: 'mrkdwn', text: '*Outcome*\nFailed' },
          ],
        },
      ],
    })
  })

  it.each([
    ['good', ':white_check_mark: '],
    ['bad', ':x: '],
    ['attention', ':warning: '],
  ] as const)('shows at once that it is %s', async (severity, sign) => {
    expect((await sent({ severity })).blocks[0].text.text).toMatch(new RegExp(`^${sign}`))
  })

  it('has no empty section where there are no facts', async () => {
    expect((await sent({ facts: [] })).blocks).toHaveLength(1)
  })
})

describe('the limits', () => {
  it('a header of 150 characters', async () => {
    const { text } = (await sent({ headline: 'x'.repeat(500) })).blocks[0].text
    expect([text.length, text.at(-1)]).toEqual([150, '…'])
  })

  it('ten fields of 2000 characters', async () => {
    const facts = Array.from({ length: 20 }, (_, index) => [`${index}`, 'x'.repeat(5000)] as const)
    const fields = (await sent({ facts })).blocks[1]?.fields ?? []
    expect(fields).toHaveLength(10)
    for (const { text } of fields) expect([text.length, text.at(-1)]).toEqual([2000, '…'])
  })

  it.each([
    ['an escape', '<'.repeat(2000)],
    ['a character', '😀'.repeat(2000)],
    ['a character at an odd place', `x${'😀'.repeat(2000)}`],
  ])('nothing is cut within %s', async (_, long) => {
    const { blocks } = await sent({ headline: long, facts: [['F', long]] })
    const field = blocks[1]?.fields[0]?.text ?? ''
    expect(field).toMatch(/(?:&lt;|😀)…$/)
    expect(field.length).toBeGreaterThan(1990)
    expect((field + blocks[0].text.text).isWellFormed()).toBe(true)
  })
})

describe('what others wrote', () => {
  const HOSTILE = '<!channel> <https://evil.example|click> & go'
  const ESCAPED = '&lt;!channel&gt; &lt;https://evil.example|click&gt; &amp; go'

  it('mentions nobody and links nowhere, in a fact or its label', async () => {
    const { blocks } = await sent({ facts: [[HOSTILE, HOSTILE]] })
    expect(blocks[1]?.fields[0]?.text).toBe(`*${ESCAPED}*\n${ESCAPED}`)
  })

  it('nor in the text for notifications, which is mrkdwn, too', async () => {
    expect((await sent({ headline: HOSTILE })).text).toBe(ESCAPED)
  })

  it('is shown as it is in the header, which is plain text', async () => {
    expect((await sent({ headline: HOSTILE })).blocks[0].text).toMatchObject({
      type: 'plain_text',
      text: `:x: ${HOSTILE}`,
    })
  })
})
