// The images that the tests run: from the cluster's own registry where it has them, else from where everybody gets them.

import { RegistryError } from '../../shared/oci/error.ts'
import { parseReference } from '../../shared/oci/reference.ts'
import { createRegistry } from '../../shared/oci/registry.ts'

interface Choice {
  /** The name in the registry of REGISTRY. */
  readonly local: string
  readonly elsewhere: string
}

/** By the variable that overrides the choice. */
const IMAGES: Readonly<Record<string, Choice>> = {
  /** Node, to pack the functions on. */
  BASE_IMAGE: { local: 'node:24', elsewhere: 'gcr.io/distroless/nodejs24-debian13:nonroot' },
  /** A shell, for the steps of Tasks. */
  TEST_IMAGE: { local: 'busybox:1', elsewhere: 'docker.io/library/busybox:1' },
  /** A shell with kubectl. */
  KUBECTL_IMAGE: { local: 'kubectl:1', elsewhere: 'docker.io/alpine/k8s:1.34.1' },
}

/** False where the registry answers that it has no such image; throws what else went wrong. */
function isAbsent(error: unknown): false {
  if (error instanceof RegistryError && error.reason === 'notFound') return false
  throw error
}

/** The variables of IMAGES, each with an image; what the environment says already stays. */
export async function findImages(env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const registry = createRegistry()
  const has = (image: string) => registry.resolve(parseReference(image)).then(() => true, isAbsent)
  const chosen = Object.entries(IMAGES).map(async ([name, { local, elsewhere }]) => {
    const candidate = `${env.REGISTRY}/${local}`
    return [name, env[name] || ((await has(candidate)) ? candidate : elsewhere)] as const
  })
  return Object.fromEntries(await Promise.all(chosen))
}
