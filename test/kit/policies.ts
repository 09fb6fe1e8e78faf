// Policies for tests: what an operator writes into the ConfigMap.

import { configMaps } from '../../shared/kubernetes/resources.ts'
import type { PolicyMap } from '../../shared/policy/read.ts'
import { type Stage, SYSTEM } from './stage.ts'

/** Writes the ConfigMap as it is from now on. */
export async function writePolicy(
  { kubernetes }: Pick<Stage, 'kubernetes'>,
  data: Record<string, string>,
): Promise<void> {
  const metadata = { name: 'playbook-policy', namespace: SYSTEM }
  const before = await kubernetes.get<PolicyMap>(configMaps, metadata)
  await (before === undefined
    ? kubernetes.create<PolicyMap>(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data })
    : kubernetes.replace<PolicyMap>(configMaps, { ...before, data }))
}
