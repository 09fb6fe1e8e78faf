// Stand-ins for func: a command line that writes down what it is asked for, and one in this process that makes what func makes.

import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Func, FuncDeployment } from '../../../scripts/deploy/func.ts'
import { deployments, knativeServices, services } from '../../../scripts/deploy/kinds.ts'
import type { Kubernetes } from '../../../shared/kubernetes/client.ts'
import { apiVersionOf, type KubernetesObject, type Resource } from '../../../shared/kubernetes/resources.ts'

const SCRIPT = `#!${process.execPath}
const args = process.argv.slice(2)
require('node:fs').appendFileSync(__filename + '.calls', JSON.stringify(args) + '\\n')
if (args.includes('version')) console.log('v1.2.3')
if (args.includes('broken')) { console.error('the image cannot be pulled'); process.exit(1) }
`

/** Writes a command line into a folder; answers its path. */
export async function writeFakeFunc(folder: string, name = 'func'): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, SCRIPT)
  await chmod(path, 0o755)
  return path
}

/** What a command line of writeFakeFunc was asked for. */
export async function callsOf(path: string): Promise<string[][]> {
  const lines = (await readFile(`${path}.calls`, 'utf8')).trim().split('\n')
  return lines.map(line => JSON.parse(line))
}

export interface Call extends FuncDeployment {
  /** The func.yaml as it was given. */
  readonly text: string
}

type Made = KubernetesObject & { readonly [field: string]: unknown }

/** Creates objects with what their resource says of them. */
export function adder(kubernetes: Kubernetes) {
  return (resource: Resource, object: Made): Promise<Made> =>
    kubernetes.create<Made>(resource, { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind })
}

const LABELS = { 'boson.dev/function': 'true' }

/** A func whose functions are Ready at once. */
export function createFakeFunc(kubernetes: Kubernetes, calls: Call[]): Func {
  return {
    name: 'func v1.2.3',
    async deploy(deployment) {
      const path = join(deployment.folder, 'func.yaml')
      const text = await readFile(path, 'utf8')
      calls.push({ ...deployment, text })
      // func writes the file again, in its own way.
      await writeFile(path, 'deploy: {}')
      await make(kubernetes, deployment, parse(text))
    },
  }
}

interface Asked {
  readonly name: string
  readonly deploy: { readonly annotations: Readonly<Record<string, string>> }
}

async function make(
  kubernetes: Kubernetes,
  deployment: FuncDeployment,
  { name, deploy }: Asked,
): Promise<void> {
  const { namespace, image, deployer } = deployment
  const resource = deployer === 'raw' ? deployments : knativeServices
  const metadata = { namespace, name, labels: LABELS, annotations: deploy.annotations }
  const template = { metadata: { labels: LABELS }, spec: { containers: [{ name: 'user-container', image }] } }
  const status = {
    observedGeneration: 1,
    conditions: [{ type: deployer === 'raw' ? 'Available' : 'Ready', status: 'True' }],
    url: `http://${name}.${namespace}.svc.cluster.local`,
  }
  for (const each of [resource, services])
    if (await kubernetes.get(each, metadata)) await kubernetes.remove(each, { namespace, name })
  const add = adder(kubernetes)
  const { uid = '' } = (
    await add(resource, { metadata, spec: { selector: { matchLabels: LABELS }, template } })
  ).metadata
  await kubernetes.patch(resource, metadata, { status }, { subresource: 'status' })
  const ownerReferences = [{ apiVersion: apiVersionOf(resource), kind: resource.kind, name, uid }]
  await add(services, { metadata: { ...metadata, ownerReferences }, spec: { ports: [{ port: 80 }] } })
}
