// notify, told of a webhook as an operator would tell it: a Secret, and `npm run deploy`.

import { randomBytes } from 'node:crypto'
import { deploy } from '../../../scripts/test-cluster/installation.ts'
import type { KubernetesObject } from '../../../shared/kubernetes/resources.ts'
import { kubectl } from '../kubectl.ts'
import { SYSTEM } from '../stage.ts'

const NAME = 'notifications'
const NOTIFY = { knative: 'services.serving.knative.dev', raw: 'deployments.apps' }

interface Workload {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } }
  }
}

interface Secret extends KubernetesObject {
  readonly data?: object
}

function read<T>(kind: string, name: string): T | undefined {
  const printed = kubectl(['-n', SYSTEM, 'get', kind, name, '--ignore-not-found', '-o', 'json'])
  return printed === '' ? undefined : (JSON.parse(printed) as T)
}

/** What the functions were deployed from, and how. */
export function deployment(): { image: string; deployer: string } {
  for (const [deployer, kind] of Object.entries(NOTIFY)) {
    const image = read<Workload>(kind, 'notify')?.spec.template.spec.containers[0]?.image
    if (image !== undefined) return { image, deployer }
  }
  throw new Error(`The function notify is not deployed in ${SYSTEM}: npm run deploy.`)
}

function redeploy(): void {
  const { image, deployer } = deployment()
  deploy(['--image', image, '--deployer', deployer, '--namespace', SYSTEM], process.env)
}

function write(secret: Secret | undefined): void {
  if (secret === undefined) kubectl(['-n', SYSTEM, 'delete', 'secret', NAME, '--ignore-not-found'])
  else kubectl(['replace', '--force', '-f', '-'], JSON.stringify(secret))
}

/** From now on only this webhook is told; what it answers puts back whoever was told before. */
export function tellOnly(url: string): () => void {
  const before = read<Secret>('secret', NAME)
  const values = { WEBHOOK_URL: url, WEBHOOK_SECRET: randomBytes(24).toString('base64url') }
  const encoded = Object.entries(values).map(([key, text]) => [key, Buffer.from(text).toString('base64')])
  const metadata = { namespace: SYSTEM, name: NAME }
  const data = Object.fromEntries(encoded)
  const secret: Secret = { apiVersion: 'v1', kind: 'Secret', metadata, data }
  const restore = () => {
    write(before && { ...before, metadata })
    redeploy()
  }
  try {
    write(secret)
    redeploy()
  } catch (error) {
    restore()
    throw error
  }
  return restore
}
