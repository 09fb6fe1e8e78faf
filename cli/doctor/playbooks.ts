// The Playbooks: whether each is ready, and what that says of their registries as the cluster reaches them.

import { playbooks, serviceAccounts } from '../../shared/kubernetes/resources.ts'
import { parseReference } from '../../shared/oci/reference.ts'
import { nameOf, type Playbook, readyCondition } from '../../shared/playbook/playbook.ts'
import { readiness } from '../playbooks/read.ts'
import { type Check, type Finding, fail, ok, type Patient, warn } from './check.ts'

async function all({ cluster, namespace }: Patient): Promise<readonly Playbook[]> {
  return (await cluster.kubernetes.list<Playbook>(playbooks, { namespace })).items
}

function hostOf({ spec }: Playbook): string | undefined {
  try {
    return parseReference(spec.bundle ?? spec.image ?? '').registry
  } catch {
    return undefined
  }
}

function lookAt(playbook: Playbook): string {
  return `kubectl -n ${playbook.metadata.namespace ?? 'default'} describe playbook ${playbook.metadata.name}`
}

/** `register` pulls from inside the cluster: what it says of a registry is what the cluster sees. */
async function registry(patient: Patient): Promise<Finding[]> {
  const found = await all(patient)
  const hosts = [...new Set(found.map(hostOf).filter(host => host !== undefined))]
  if (hosts.length === 0) {
    const message = 'No Playbook shows whether the cluster reaches a registry.'
    return [warn('registry', message, 'playbook register DIR')]
  }
  return hosts.map(host => {
    const of = found.filter(each => hostOf(each) === host)
    const broken = of.find(each => /^Registry/.test(readyCondition(each)?.reason ?? ''))
    if (broken !== undefined) {
      const { reason, message } = readyCondition(broken) ?? {}
      return fail(`registry/${host}`, `${reason}: ${message}`, lookAt(broken))
    }
    const reached = of.find(each => readyCondition(each)?.status === 'True')
    if (reached === undefined) return warn(`registry/${host}`, 'No Playbook of it was ever registered.')
    return ok(`registry/${host}`, `${nameOf(reached)} was pulled by the cluster`)
  })
}

async function ready(patient: Patient): Promise<Finding[]> {
  const found = await all(patient)
  if (found.length === 0) return [warn('playbooks', 'There is none.', 'playbook init NAME')]
  const broken = found.filter(each => readiness(each) !== 'True')
  if (broken.length === 0) return [ok('playbooks', `${found.length} ready`)]
  return broken.map(each => {
    const why = readyCondition(each)?.message ?? 'nobody has looked at it yet'
    return warn(`playbooks/${nameOf(each)}`, `${readiness(each)}: ${why}`, lookAt(each))
  })
}

/** A run under an account that does not exist never gets a pod. */
async function accounts(patient: Patient): Promise<Finding[]> {
  const { kubernetes } = patient.cluster
  const found: Finding[] = []
  for (const playbook of await all(patient)) {
    const { namespace = 'default' } = playbook.metadata
    const { serviceAccountName: name = 'default' } = playbook.spec
    if ((await kubernetes.get(serviceAccounts, { namespace, name })) !== undefined) continue
    const message = `The service account ${name} of its runs does not exist.`
    const fix = `kubectl -n ${namespace} create serviceaccount ${name}`
    found.push(fail(`accounts/${nameOf(playbook)}`, message, fix))
  }
  return found.length > 0 ? found : [ok('accounts', 'the service accounts of all Playbooks exist')]
}

export const PLAYBOOKS: readonly Check[] = [
  { name: 'registry', look: registry },
  { name: 'playbooks', look: ready },
  { name: 'accounts', look: accounts },
]
