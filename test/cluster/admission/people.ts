// The people of the admission tests, each with a right or two in one namespace, and kubectl as one of them.

import { spawnSync } from 'node:child_process'
import { kubectl } from '../kubectl.ts'
import { SYSTEM } from '../stage.ts'

const RUNS = 'pipelineruns.tekton.dev'
const PLAYBOOKS = 'playbooks.playbook.kubernaut.io'

/** What each may do with plain RBAC; what they may not do beyond that is what the policies say. */
const RULES = {
  /** Changes runs, as any developer may, and approves nothing. */
  writer: [`--resource=${RUNS}`, '--verb=get,patch'],
  /** Publishes Playbooks, and may not make runs. */
  author: [`--resource=${PLAYBOOKS}`, '--verb=get,create,patch'],
  publisher: [`--resource=${PLAYBOOKS},${RUNS}`, '--verb=get,create,patch'],
} as const

export type Person = keyof typeof RULES | 'approver' | 'deputy' | 'execute' | 'register'

const FUNCTIONS: readonly Person[] = ['execute', 'register']

/** As the API server knows them. */
export function userName(person: Person): string {
  return FUNCTIONS.includes(person) ? `system:serviceaccount:${SYSTEM}:${person}` : person
}

/** Gives everyone their rights; the functions have theirs from triggers/. */
export function bindPeople(namespace: string): void {
  const create = (...args: readonly string[]) => kubectl(['-n', namespace, 'create', ...args])
  for (const [person, rules] of Object.entries(RULES)) {
    create('role', person, ...rules)
    create('rolebinding', person, `--role=${person}`, `--user=${person}`)
  }
  create('rolebinding', 'approvers', '--clusterrole=playbook-approver', '--user=approver', '--user=deputy')
}

/** What the API server answers a person: `allowed`, or why not; a policy's words without the policy's name. */
export function answerTo(person: Person, args: readonly string[], input?: string): string {
  const { status, stderr } = spawnSync('kubectl', [...args, '--as', userName(person)], {
    input,
    encoding: 'utf8',
  })
  if (status === 0) return 'allowed'
  return /denied request: (.*)/.exec(stderr)?.[1] ?? stderr.trim()
}
