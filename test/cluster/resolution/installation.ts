// Our resolvers on a cluster that has the functions, beside Tekton's own or in their place; everything is put back.

import { spawnSync } from 'node:child_process'
import { kubectl } from '../kubectl.ts'
import { SYSTEM } from '../stage.ts'

const FOLDER = 'triggers/resolution'
const TEKTON = ['-n', 'tekton-pipelines-resolvers']
const OWN = 'deployment/tekton-pipelines-remote-resolvers'
const OWN_PODS = 'app.kubernetes.io/name=resolvers'

/** Those that Tekton has, too. */
const TEKTON_TYPES = ['bundles', 'cluster', 'git', 'http', 'hub'] as const

/** With the image that is deployed already, so that no other function changes. */
function deploy(): void {
  const validate = ['-n', SYSTEM, 'get', 'services.serving.knative.dev', 'validate']
  const image = kubectl([...validate, '-o', 'jsonpath={.spec.template.spec.containers[0].image}'])
  const command = ['scripts/deploy/main.ts', '--image', image]
  const { status, stdout, stderr } = spawnSync('node', command, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`)
}

function install(files: readonly string[], types: readonly string[]): void {
  kubectl(['apply', ...files])
  deploy()
  const sources = types.map(type => `apiserversources.sources.knative.dev/resolve-${type}`)
  kubectl(['-n', SYSTEM, 'wait', '--for=condition=Ready', ...sources, '--timeout=120s'])
}

/** Resolves when requests of these types come to us. */
export function installResolvers(types: readonly string[]): void {
  install(
    ['common', ...types].map(name => `--filename=${FOLDER}/${name}.yaml`),
    types,
  )
}

/** The whole folder, as it is. */
export function installAllResolvers(): void {
  install(['-k', FOLDER], ['playbook', ...TEKTON_TYPES])
}

export function removeResolvers(): void {
  kubectl(['delete', '-k', FOLDER, '--ignore-not-found'])
  deploy()
}

/** Scales Tekton's own resolvers to zero. */
export function stopTektonResolvers(): void {
  kubectl([...TEKTON, 'scale', OWN, '--replicas=0'])
  kubectl([...TEKTON, 'wait', '--for=delete', 'pod', '-l', OWN_PODS, '--timeout=90s'])
}

export function startTektonResolvers(): void {
  kubectl([...TEKTON, 'scale', OWN, '--replicas=1'])
  kubectl([...TEKTON, 'rollout', 'status', OWN, '--timeout=90s'])
}

/** Another leader answers afterwards. */
export function restartTektonResolvers(): void {
  kubectl([...TEKTON, 'delete', 'pod', '-l', OWN_PODS])
  kubectl([...TEKTON, 'rollout', 'status', OWN, '--timeout=90s'])
}
