// The functions on a cluster that has none: as README's section says, and gone again without a trace.

import { spawnSync } from 'node:child_process'
import { type ConfigEvents, configEvents, readConfigEvents } from '../../test/cluster/installed.ts'
import { kubectl } from '../../test/cluster/kubectl.ts'

const SYSTEM = 'kubernaut-system'
const SINK = 'http://broker-ingress.knative-eventing.svc.cluster.local/kubernaut-system/playbooks'
/** On the namespace: we made it, so we may remove it. */
const OURS = 'playbook.kubernaut.io/test'
/** On the namespace: Tekton's config-events as it was, so that even a run that was killed can be undone. */
const BEFORE = 'playbook.kubernaut.io/config-events-before'

interface Labelled {
  readonly metadata: {
    readonly labels?: Record<string, string>
    readonly annotations?: Record<string, string>
  }
}

function findSystem(): Labelled | undefined {
  const printed = kubectl(['get', 'namespace', SYSTEM, '--ignore-not-found', '-o', 'json'])
  return printed === '' ? undefined : (JSON.parse(printed) as Labelled)
}

/** `npm run deploy -- …`. Throws an Error when it fails; it has said why. */
export function deploy(args: readonly string[], env: NodeJS.ProcessEnv): void {
  const { status } = spawnSync('node', ['scripts/deploy/main.ts', ...args], { stdio: 'inherit', env })
  if (status !== 0) throw new Error(`npm run deploy -- ${args.join(' ')} failed.`)
}

/** Removes what an earlier run left. Throws an Error where the functions on the cluster are somebody's. */
export function makeRoom(env: NodeJS.ProcessEnv): void {
  const found = findSystem()
  if (found === undefined) return
  if (found.metadata.labels?.[OURS] === undefined)
    throw new Error(
      `The namespace ${SYSTEM} exists already. To test what is installed there: npm run test:cluster -- --installed`,
    )
  console.log('removing what an earlier run left')
  uninstall(env)
}

/** Applies triggers/, points Tekton's events at the Broker, and deploys every function. */
export function install(env: NodeJS.ProcessEnv): void {
  const before = JSON.stringify(readConfigEvents())
  kubectl(['create', 'namespace', SYSTEM])
  kubectl(['label', 'namespace', SYSTEM, `${OURS}=cluster`])
  kubectl(['annotate', 'namespace', SYSTEM, `${BEFORE}=${before}`])
  kubectl(['apply', '-k', 'triggers'])
  configEvents({ sink: SINK, formats: 'tektonv1' })
  deploy(['--registry', env.REGISTRY ?? '', '--base', env.BASE_IMAGE ?? ''], env)
}

/** Removes the functions, everything that triggers/ brought, and with it every Playbook. */
export function uninstall(env: NodeJS.ProcessEnv): void {
  const before = findSystem()?.metadata.annotations?.[BEFORE]
  if (before !== undefined) configEvents(JSON.parse(before) as ConfigEvents)
  deploy(['--delete'], env)
  kubectl(['delete', '-k', 'triggers', '--ignore-not-found', '--timeout=300s'])
}
