// `npm run deploy`: one image, built and pushed, and one deployment per function through the real func.

import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { createKubernetes } from '../../shared/kubernetes/client.ts'
import { connect } from '../../shared/kubernetes/connection.ts'
import { anonymous, type CredentialStore, fromDockerConfig } from '../../shared/oci/credentials.ts'
import { createRegistry } from '../../shared/oci/registry.ts'
import { type ImageSource, NAMESPACE, readArguments, USAGE, UsageError } from './arguments.ts'
import { deleteAll, deployAll } from './deploy.ts'
import { readDescriptors } from './descriptor.ts'
import { findFunc } from './func.ts'
import { build, pack } from './image.ts'
import { enabledResolvers, expandResolvers, removeRetired } from './resolvers.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** Layers of a base image with Node in it have up to 200 MB. */
const MAX_LAYER = 1024 * 1024 * 1024
const LAYER_TIMEOUT_MS = 10 * 60_000

const say = (line: string): void => console.log(line)

async function readLogins(): Promise<CredentialStore> {
  const folder = process.env.DOCKER_CONFIG ?? join(homedir(), '.docker')
  try {
    return fromDockerConfig(await readFile(join(folder, 'config.json'), 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return anonymous
    throw error
  }
}

async function makeImage(source: ImageSource): Promise<string> {
  if (source.kind === 'given') return source.image
  const dist = await build(ROOT)
  say('built dist')
  const credentials = await readLogins()
  const registry = createRegistry({ credentials, maxBlob: MAX_LAYER, timeout: LAYER_TIMEOUT_MS })
  const { image, base, pushed } = await pack(dist, { ...source, registry, target: source.registry })
  const { present, mounted, copied } = pushed
  say(`pushed ${image}`)
  say(`  on ${base}; its layers: ${present} already there, ${mounted} mounted, ${copied} copied`)
  return image
}

async function main(): Promise<void> {
  const wish = readArguments(process.argv.slice(2))
  if (wish.kind === 'help') return say(USAGE.trimEnd())
  const { namespace, whole } = wish
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromDefault()
  const connection = connect(kubeConfig, Date.now)
  const folder = whole ? 'scripts/deploy/whole' : 'triggers'
  const overlay =
    namespace === NAMESPACE ? folder : `<an overlay of ${folder} for the namespace ${namespace}>`
  const first = `kubectl apply -k ${overlay}`
  const kubernetes = createKubernetes(connection)
  const place = { kubernetes, namespace, first }
  try {
    const enabled = await enabledResolvers(kubernetes, namespace)
    const descriptors = expandResolvers(await readDescriptors(ROOT, whole), enabled)
    await removeRetired(place, enabled, say)
    if (wish.kind === 'delete') return await deleteAll({ place, descriptors, say })
    const func = await findFunc(wish.func, process.env)
    say(
      `using ${func.name}, the ${wish.deployer} deployer, and the context ${kubeConfig.getCurrentContext()}`,
    )
    const { deployer } = wish
    const image = () => makeImage(wish.image)
    await deployAll({ place, descriptors, deployer, func, image, now: () => new Date(), say })
  } finally {
    await connection.close()
  }
}

main().catch(error => {
  console.error(error instanceof Error ? error.message : error)
  if (error instanceof UsageError) console.error(`\n${USAGE.trimEnd()}`)
  process.exitCode = 1
})
