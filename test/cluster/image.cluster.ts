// A playbook that is a container image, on a cluster: a real container writes its environment.

import { afterAll } from 'vitest'
import { digestOf } from '../../shared/oci/digest.ts'
import { formatReference, parseReference, pin, type Reference } from '../../shared/oci/reference.ts'
import { createRegistry, type Registry } from '../../shared/oci/registry.ts'
import { call } from '../cli/kit.ts'
import { defineImageJourney } from '../journeys/image.ts'
import { setting } from './cluster.ts'
import { kubectl } from './kubectl.ts'
import { takeNamespace } from './namespaces.ts'
import { type ClusterStage, openStage } from './stage.ts'

const { namespace, remove } = takeNamespace('image')
let stage: ClusterStage | undefined

afterAll(async () => {
  await stage?.connection.close()
  remove()
})

/** The image for this platform, where the reference is of several. */
async function imageAt(registry: Registry, at: Reference): Promise<Reference> {
  const { manifest, descriptor } = await registry.manifest(at)
  if (manifest.kind === 'image') return pin(at, descriptor.digest)
  const child = manifest.manifests.find(({ platform }) => platform?.architecture === 'amd64')
  if (child === undefined) throw new Error(`${formatReference(at)} has no image for amd64`)
  return pin(at, child.digest)
}

/** The test image with another command: it writes its environment. Answers it by its tag. */
async function pushPrinter({ image, registry: host }: ClusterStage): Promise<string> {
  const registry = createRegistry({ insecure: () => true })
  const from = await imageAt(registry, parseReference(image))
  const to = { registry: host, repository: `${namespace}/printer`, tag: 'stable' }
  const { bytes, manifest } = await registry.manifest(from)
  if (manifest.kind !== 'image') throw new Error('it is one image')
  const text = new TextDecoder().decode(await registry.blob(from, manifest.config))
  const old = JSON.parse(text) as { config: object }
  const config = new TextEncoder().encode(
    JSON.stringify({ ...old, config: { ...old.config, Entrypoint: null, Cmd: ['env'] } }),
  )
  for (const layer of manifest.layers) await registry.pushBlob(to, await registry.blob(from, layer))
  await registry.pushBlob(to, config)
  const whole = JSON.parse(new TextDecoder().decode(bytes)) as { config: object }
  const descriptor = { ...whole.config, size: config.length, digest: digestOf(config) }
  const changed = new TextEncoder().encode(JSON.stringify({ ...whole, config: descriptor }))
  await registry.pushManifest(to, manifest.mediaType, changed)
  return formatReference(to)
}

defineImageJourney(async () => {
  stage = openStage()
  return {
    stage,
    namespace,
    image: await pushPrinter(stage),
    async say(...words) {
      const cluster = ['-n', namespace, '--kubeconfig', setting('KUBECONFIG')]
      const logins = words[0] === 'migrate' ? ['--insecure'] : []
      const said = await call([...words, ...cluster, ...logins], { now: Date.now() })
      if (said.code !== 0) throw new Error(said.err + said.out)
      return said.out
    },
    logOf({ metadata: { name } }) {
      const pods = ['-l', `tekton.dev/pipelineRun=${name}`, '--tail=-1']
      return kubectl(['-n', namespace, 'logs', ...pods, '-c', 'step-run'])
    },
  }
})
