// Who may say what of a waiting run: the installed admission policy of `triggers/`, judged by a real API server, dry.

import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ANNOTATION, LABEL } from '../../shared/remediation/marks.ts'
import { kubectl } from './kubectl.ts'
import { takeNamespace } from './namespaces.ts'

const { namespace, remove } = takeNamespace('policy')
const ASKING = `rem-${'a'.repeat(40)}`
const APPROVED = `rem-${'b'.repeat(40)}`

function apply(object: object): void {
  kubectl(['apply', '-f', '-'], JSON.stringify(object))
}

function allow(user: string, verb?: string): void {
  const verbs = ['--verb=get,patch', ...(verb === undefined ? [] : [`--verb=${verb}`])]
  kubectl(['-n', namespace, 'create', 'role', user, ...verbs, '--resource=pipelineruns.tekton.dev'])
  kubectl(['-n', namespace, 'create', 'rolebinding', user, `--role=${user}`, `--user=${user}`])
}

function wait(name: string, annotations: Record<string, string>): void {
  apply({
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: {
      name,
      namespace,
      // Not labelled as waiting: the functions of this cluster leave it alone.
      labels: { [LABEL.correlation]: name.slice(4) },
      annotations: { [ANNOTATION.analysisDigest]: 'sha256:0', [ANNOTATION.given]: '{}', ...annotations },
    },
    spec: { status: 'PipelineRunPending', pipelineRef: { name: 'nothing' } },
  })
}

/** What the API server says to a patch by this person; empty where it would take it. */
function refusal(user: string, run: string, patch: object): string {
  const words = ['-n', namespace, 'patch', 'pipelinerun', run, '--type=merge', `-p=${JSON.stringify(patch)}`]
  const { status, stderr } = spawnSync('kubectl', [...words, `--as=${user}`, '--dry-run=server'], {
    encoding: 'utf8',
  })
  return status === 0 ? '' : stderr
}

const says = (annotations: object): object => ({ metadata: { annotations } })
const RELEASE = { spec: { status: null } }
const denied = (by: string) => ({ ...says({ [ANNOTATION.deniedBy]: by }), spec: { status: 'Cancelled' } })

beforeAll(() => {
  for (const [user, verb] of [['ann', 'approve'], ['bob'], ['exec', 'release'], ['noti', 'record']] as const)
    allow(user, verb)
  wait(ASKING, {})
  wait(APPROVED, { [ANNOTATION.approvedBy]: 'ann' })
})

afterAll(remove)

test.each<[string, string, string, object]>([
  ['an approver approves', 'ann', ASKING, says({ [ANNOTATION.approvedBy]: 'ann' })],
  ['an approver denies', 'ann', ASKING, denied('ann')],
  [
    'an approver says why',
    'ann',
    ASKING,
    says({ [ANNOTATION.deniedBy]: 'ann', [ANNOTATION.deniedBecause]: 'No.' }),
  ],
  ['an approver gives more time', 'ann', ASKING, says({ [ANNOTATION.expiresAt]: '2030-01-01T00:00:00Z' })],
  ['an approver releases by hand', 'ann', ASKING, RELEASE],
  ['execute ends what expired', 'exec', ASKING, denied('expiry')],
  ['execute releases what was approved', 'exec', APPROVED, RELEASE],
  [
    'execute puts what was approved into the line',
    'exec',
    APPROVED,
    { metadata: { labels: { [LABEL.waiting]: 'queue' } } },
  ],
  ['notify writes the receipt', 'noti', ASKING, says({ [ANNOTATION.receipt]: '{}' })],
  ['anybody writes what is nothing of ours', 'bob', ASKING, says({ note: 'x' })],
])('%s', (_, user, run, patch) => {
  expect(refusal(user, run, patch)).toBe('')
})

test.each<[string, string, string, object]>([
  ['an approver approves in another name', 'ann', ASKING, says({ [ANNOTATION.approvedBy]: 'bob' })],
  ['somebody without the right approves', 'bob', ASKING, says({ [ANNOTATION.approvedBy]: 'bob' })],
  ['an approval is taken back', 'bob', APPROVED, says({ [ANNOTATION.approvedBy]: null })],
  ['an approver denies in another name', 'ann', ASKING, denied('bob')],
  ['an approver denies as the clock', 'ann', ASKING, denied('expiry')],
  ['somebody without the right denies', 'bob', ASKING, denied('bob')],
  ['execute denies in a name', 'exec', ASKING, denied('exec')],
  [
    'somebody without the right gives more time',
    'bob',
    ASKING,
    says({ [ANNOTATION.expiresAt]: '2030-01-01T00:00:00Z' }),
  ],
  ['execute gives more time', 'exec', ASKING, says({ [ANNOTATION.expiresAt]: '2030-01-01T00:00:00Z' })],
  ['somebody without the right releases', 'bob', APPROVED, RELEASE],
  ['the analysis is changed', 'ann', ASKING, says({ [ANNOTATION.analysisDigest]: 'sha256:1' })],
  ['what was given is changed', 'exec', ASKING, says({ [ANNOTATION.given]: '{"a":1}' })],
  ['a policy is made up', 'ann', ASKING, says({ [ANNOTATION.policy]: '{}' })],
  ['an approver writes a receipt', 'ann', ASKING, says({ [ANNOTATION.receipt]: '{}' })],
])('refused: %s', (_, user, run, patch) => {
  expect(refusal(user, run, patch)).toContain("ValidatingAdmissionPolicy 'playbook-functions-approval'")
})
