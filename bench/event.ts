// The one event that everything is measured with, and what a right answer to it is.

import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { TYPE } from '../shared/events/contract.ts'
import type { RemediationValidated } from '../shared/events/types.ts'
import type { Playbook } from '../shared/playbook/playbook.ts'

export interface Answer {
  /** The id of the event that was answered. */
  readonly id: string
  readonly status: number
  readonly type: string | undefined
  readonly body: string
}

/** Undefined when the answer is right, else what is wrong with it. */
export type Check = (answer: Answer) => string | undefined

/** The Deployment that the example is about. */
const TARGET = 'my-app'
const ANALYSIS = new URL('../examples/analyses/1-runs.json', import.meta.url)

export const body = readFileSync(ANALYSIS)

/** The same analysis of another Deployment. */
export function bodyFor(target: string): Buffer {
  return Buffer.from(body.toString().replaceAll(TARGET, target))
}

/** Binary mode; each event has an id of its own, so that none is a repetition. */
export function headersOf(id: string): Record<string, string> {
  return {
    'ce-specversion': '1.0',
    'ce-type': TYPE.analysisCompleted,
    'ce-source': '/bench',
    'ce-id': id,
    'content-type': 'application/json',
  }
}

/** The empty function's answer: nothing. */
export const isEmpty: Check = ({ status, body: text }) =>
  status === 204 && text === '' ? undefined : `${status} ${text}`

/** What `validate` must say of a Playbook that was suspended a moment ago. */
export const isRefused: Check = ({ status, type, body: text }) =>
  status === 200 && type === TYPE.rejected && text.includes('PlaybookSuspended')
    ? undefined
    : `${status} ${text}`

/**
 * The whole of what `validate` must say: this Playbook, in its registered version, with the analysis's values as text,
 * allowed by this rule.
 */
export function validatedBy(playbook: Playbook, rule = 'default/confidence'): Check {
  const { namespace, name } = playbook.metadata
  const { version, digest } = playbook.status ?? {}
  const [strategy] = (JSON.parse(body.toString()) as { strategies: { parameters: object }[] }).strategies
  const wanted = {
    playbook: { namespace, name, version, digest },
    parameters: Object.fromEntries(
      Object.entries(strategy?.parameters ?? {}).map(([key, value]) => [key, String(value)]),
    ),
    rule,
  }
  let known: { text: string; id: string } | undefined
  return ({ id, status, type, body: text }) => {
    if (status !== 200 || type !== TYPE.validated) return `${status} ${type ?? ''} ${text}`
    // The first answer is taken apart; the others must be the same text but for the event's id, which is as strict and
    // leaves the processor to the servers.
    if (known !== undefined) return text === known.text.replace(known.id, id) ? undefined : text
    const { playbook: found, parameters, policy } = JSON.parse(text) as RemediationValidated
    if (!isDeepStrictEqual({ playbook: found, parameters, rule: policy?.rule }, wanted)) return text
    known = { text, id }
    return undefined
  }
}
