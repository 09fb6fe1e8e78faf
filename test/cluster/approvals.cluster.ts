// The journeys of approval on a real cluster, as whoever the kubeconfig names.

import { afterAll } from 'vitest'
import { playbookProcess } from '../cli/kit.ts'
import { defineApprovalJourneys } from '../journeys/approvals.ts'
import { setting } from './cluster.ts'
import { kubectl } from './kubectl.ts'
import { takeNamespace } from './namespaces.ts'
import { openStage } from './stage.ts'

const { namespace, remove } = takeNamespace('approvals')

afterAll(remove)

defineApprovalJourneys(async () => {
  const approver = kubectl(['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'])
  const KUBECONFIG = setting('KUBECONFIG')
  const say = async (words: readonly string[]) => (await playbookProcess(words, { KUBECONFIG })).code
  return { stage: openStage(), namespace, approver, playbook: say }
})
