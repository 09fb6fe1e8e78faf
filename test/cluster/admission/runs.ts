// Who may change what of a remediation's PipelineRun, as rows that are read alone.

import type { Person } from './people.ts'

/** The runs as they are before anybody does anything. */
export const RUNS = {
  'waits for an approval': { pending: true, waiting: 'approval' },
  'waits and is approved': { pending: true, waiting: 'approval', approvedBy: 'approver' },
  'waits in the queue': { pending: true, waiting: 'queue' },
  'was released by hand': { pending: false, waiting: 'approval' },
  runs: { pending: false },
  'waits and is no remediation': { pending: true, foreign: true },
} as const satisfies Record<string, RunState>

export interface RunState {
  readonly pending: boolean
  readonly waiting?: 'approval' | 'queue'
  readonly approvedBy?: Person
  /** Without our labels. */
  readonly foreign?: boolean
}

export interface RunRow {
  readonly who: Person
  readonly does: string
  readonly run: keyof typeof RUNS
  readonly patch: object
  readonly answer: string
}

const label = (name: string, value: string | null) => ({
  metadata: { labels: { [`playbook.kubernaut.io/${name}`]: value } },
})
const approvedBy = (value: string | null) => ({
  metadata: { annotations: { 'playbook.kubernaut.io/approved-by': value } },
})
const annotated = (annotations: Readonly<Record<string, string>>) => ({
  metadata: {
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([name, value]) => [`playbook.kubernaut.io/${name}`, value]),
    ),
  },
})
/** As a run is denied: who, perhaps why, and the end of it in one patch. */
const deniedBy = (by: string, because?: string) => ({
  ...annotated({ 'denied-by': by, ...(because === undefined ? {} : { 'denied-because': because }) }),
  ...status('Cancelled'),
})
const moreTime = annotated({ 'expires-at': '2030-01-01T00:00:00Z' })
/** As `execute` has a person asked about a run that queued. */
const askAfterAll = {
  metadata: {
    ...moreTime.metadata,
    labels: { 'playbook.kubernaut.io/waiting': 'approval' },
  },
}
const status = (value: string | null) => ({ spec: { status: value } })
/** As `execute` lets a run go: the mark and the status in one patch. */
const letGo = { ...label('waiting', null), ...status(null) }

const ownNameOnly = (person: string) =>
  `playbook.kubernaut.io/approved-by may be set only to your own name, ${person}, only with the verb approve on pipelineruns in NAMESPACE, and only while the run waits`
const deniedNameOnly = (person: string) =>
  `playbook.kubernaut.io/denied-by may be set only to your own name, ${person}, only with the verb approve on pipelineruns in NAMESPACE, and only while the run waits`
const NO_REASON =
  'why a remediation was denied is written only with the verb approve on pipelineruns in NAMESPACE, and only while the run waits'
const NO_TIME =
  'until when a remediation may be approved is written only with the verb approve on pipelineruns in NAMESPACE, and only while the run waits'
const EXECUTE = 'system:serviceaccount:SYSTEM:execute'
const NO_RELEASE =
  'a waiting remediation is released only with the verb approve on pipelineruns in NAMESPACE; the functions release what needs no approval, or has it'
const NO_MARK =
  'playbook.kubernaut.io/waiting is changed only with the verb approve on pipelineruns in NAMESPACE; the functions change it where no approval is missing'
const NEVER = "a remediation's correlation and target never change"
const ALLOWED = 'allowed'

const UNAPPROVED = 'waits for an approval'
const APPROVED = 'waits and is approved'
const QUEUED = 'waits in the queue'
const RELEASED = 'was released by hand'
const FOREIGN = 'waits and is no remediation'

const row = (
  who: Person,
  does: string,
  run: keyof typeof RUNS,
  [patch, answer]: [object, string],
): RunRow => ({
  who,
  does,
  run,
  patch,
  answer,
})

export const runRows: readonly RunRow[] = [
  row('approver', 'approves', UNAPPROVED, [approvedBy('approver'), ALLOWED]),
  row('approver', 'approves and releases at once', UNAPPROVED, [
    { ...approvedBy('approver'), ...status(null) },
    ALLOWED,
  ]),
  row('approver', "forges the deputy's approval", UNAPPROVED, [
    approvedBy('deputy'),
    ownNameOnly('approver'),
  ]),
  row('approver', 'withdraws an approval', APPROVED, [approvedBy(null), ownNameOnly('approver')]),
  row('deputy', 'approves too', APPROVED, [approvedBy('deputy'), ALLOWED]),
  row('writer', 'approves', UNAPPROVED, [approvedBy('writer'), ownNameOnly('writer')]),
  row('writer', "forges the approver's approval", UNAPPROVED, [
    approvedBy('approver'),
    ownNameOnly('writer'),
  ]),
  row('execute', 'approves', UNAPPROVED, [approvedBy(EXECUTE), ownNameOnly(EXECUTE)]),
  row('execute', "forges the approver's approval", UNAPPROVED, [
    approvedBy('approver'),
    ownNameOnly(EXECUTE),
  ]),

  row('approver', 'denies and says why', UNAPPROVED, [deniedBy('approver', 'No.'), ALLOWED]),
  row('approver', 'denies what was approved', APPROVED, [deniedBy('approver'), ALLOWED]),
  row('approver', "forges the deputy's denial", UNAPPROVED, [deniedBy('deputy'), deniedNameOnly('approver')]),
  row('approver', 'denies as the clock', UNAPPROVED, [deniedBy('expiry'), deniedNameOnly('approver')]),
  row('approver', 'denies', 'runs', [deniedBy('approver'), deniedNameOnly('approver')]),
  row('writer', 'denies', UNAPPROVED, [deniedBy('writer'), deniedNameOnly('writer')]),
  row('writer', 'denies as the system', QUEUED, [deniedBy('guard', 'No.'), deniedNameOnly('writer')]),
  row('execute', 'denies', UNAPPROVED, [deniedBy(EXECUTE), deniedNameOnly(EXECUTE)]),
  row('execute', 'ends what expired', UNAPPROVED, [deniedBy('expiry'), ALLOWED]),
  row('execute', 'denies what waited for too long', QUEUED, [
    deniedBy('guard', 'QueueExpired: Late.'),
    ALLOWED,
  ]),
  row('execute', 'gives a reason for a denial of nobody', QUEUED, [
    annotated({ 'denied-because': 'No.' }),
    NO_REASON,
  ]),

  row('approver', 'gives more time', UNAPPROVED, [moreTime, ALLOWED]),
  row('writer', 'gives more time', UNAPPROVED, [moreTime, NO_TIME]),
  row('execute', 'gives more time', UNAPPROVED, [moreTime, NO_TIME]),
  row('execute', 'has a person asked after all', QUEUED, [askAfterAll, ALLOWED]),
  row('writer', 'has a person asked after all', QUEUED, [askAfterAll, NO_TIME]),
  row('execute', 'changes since when it waits', QUEUED, [
    annotated({ 'queued-at': '1' }),
    'what a remediation says of its analysis, its playbook and its parameters never changes',
  ]),

  row('approver', 'releases by hand', UNAPPROVED, [status(null), ALLOWED]),
  row('approver', 'releases by hand', QUEUED, [status(null), ALLOWED]),
  row('writer', 'releases by hand', UNAPPROVED, [status(null), NO_RELEASE]),
  row('writer', 'releases by hand', APPROVED, [status(null), NO_RELEASE]),
  row('writer', 'releases by hand', QUEUED, [status(null), NO_RELEASE]),
  row('writer', 'has Tekton run its finally tasks', UNAPPROVED, [status('StoppedRunFinally'), NO_RELEASE]),
  row('writer', 'has Tekton run its finally tasks', QUEUED, [status('CancelledRunFinally'), NO_RELEASE]),
  row('writer', 'cancels', UNAPPROVED, [status('Cancelled'), ALLOWED]),
  row('writer', 'cancels', 'runs', [status('Cancelled'), ALLOWED]),
  row('writer', 'releases by hand', FOREIGN, [status(null), ALLOWED]),

  row('execute', 'lets go', QUEUED, [letGo, ALLOWED]),
  row('execute', 'lets go', APPROVED, [letGo, ALLOWED]),
  row('execute', 'lets go', UNAPPROVED, [letGo, NO_RELEASE]),
  row('execute', 'has it wait in the queue instead', UNAPPROVED, [label('waiting', 'queue'), NO_MARK]),
  row('execute', 'takes the mark off', UNAPPROVED, [label('waiting', null), NO_MARK]),
  row('execute', 'takes the mark off', RELEASED, [label('waiting', null), ALLOWED]),

  row('approver', 'takes the mark off', UNAPPROVED, [label('waiting', null), ALLOWED]),
  row('writer', 'takes the mark off', UNAPPROVED, [label('waiting', null), NO_MARK]),
  row('writer', 'has it wait for an approval instead', QUEUED, [label('waiting', 'approval'), NO_MARK]),
  row('writer', 'marks it as waiting', 'runs', [label('waiting', 'approval'), NO_MARK]),

  row('approver', 'changes what it is', 'runs', [label('correlation', 'f00d'), NEVER]),
  row('approver', 'makes it no remediation', UNAPPROVED, [label('correlation', null), NEVER]),
  row('approver', 'changes its target', UNAPPROVED, [label('target', 'f00d'), NEVER]),
  row('execute', 'changes its target', QUEUED, [label('target', 'f00d'), NEVER]),
  row('writer', 'writes a label of its own', UNAPPROVED, [{ metadata: { labels: { team: 'a' } } }, ALLOWED]),
]
