// What the command line asks for.

import { parseArgs } from 'node:util'
import type { Platform } from '../../shared/image/base.ts'

export const DEPLOYERS = ['knative', 'raw'] as const
export type Deployer = (typeof DEPLOYERS)[number]

/** Where the functions' image comes from: packed here and pushed, or made by somebody else. */
export type ImageSource =
  | { readonly kind: 'pack'; readonly registry: string; readonly base: string; readonly platform: Platform }
  | { readonly kind: 'given'; readonly image: string }

interface Common {
  readonly namespace: string
  /** The root func.yaml as one function, instead of one function each. */
  readonly whole: boolean
}

export interface Deployment extends Common {
  readonly kind: 'deploy'
  readonly image: ImageSource
  readonly deployer: Deployer
  readonly func: string | undefined
}

export type Wish = Deployment | (Common & { readonly kind: 'delete' }) | { readonly kind: 'help' }

/** A command line that cannot be meant; the message says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Where triggers/ puts everything. */
export const NAMESPACE = 'kubernaut-system'
const BASE = 'gcr.io/distroless/nodejs24-debian13:nonroot'

export const USAGE = `npm run deploy -- --registry REGISTRY [options]
npm run deploy -- --image NAME@sha256:… [options]
npm run deploy -- --delete [--namespace NAMESPACE] [--whole]

Builds one image, pushes it, and deploys each function from it with func. First: kubectl apply -k triggers

  --registry REGISTRY    where the image is pushed, as the cluster's nodes reach it: registry.example.com/team
  --base IMAGE           what it is packed on (default ${BASE})
  --platform OS/ARCH     which image of the base (default linux/amd64)
  --image NAME@sha256:…  an image made with a builder (func build --push), instead of packing one
  --namespace NAMESPACE  where the functions and their Broker are (default ${NAMESPACE})
  --deployer DEPLOYER    knative: scales to zero (default); raw: a Deployment and a Service each
  --whole                one function for everything; first: kubectl apply -k scripts/deploy/whole
  --func PATH            the func command line (default: func, else kn func, on PATH)
  --delete               removes the functions; the image and what triggers/ applied stay
  --help                 this text

Logins for registries are read from $DOCKER_CONFIG/config.json or ~/.docker/config.json (its "auths").
`

const OPTIONS = {
  registry: { type: 'string' },
  base: { type: 'string', default: BASE },
  platform: { type: 'string', default: 'linux/amd64' },
  image: { type: 'string' },
  namespace: { type: 'string', default: NAMESPACE },
  deployer: { type: 'string', default: 'knative' },
  whole: { type: 'boolean', default: false },
  func: { type: 'string' },
  delete: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** Reads the arguments after the script's own name. Throws UsageError. */
export function readArguments(args: readonly string[]): Wish {
  const values = parse(args)
  const { namespace, whole, deployer, func } = values
  if (values.help) return { kind: 'help' }
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace))
    throw new UsageError(`--namespace must be a namespace's name, but is "${namespace}".`)
  if (values.delete) return { kind: 'delete', namespace, whole }
  if (!isDeployer(deployer))
    throw new UsageError(`--deployer must be ${DEPLOYERS.join(' or ')}, but is "${deployer}".`)
  return { kind: 'deploy', namespace, whole, deployer, func, image: readImage(values) }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function readImage({ registry, base, platform, image }: ReturnType<typeof parse>): ImageSource {
  if (image !== undefined && registry !== undefined)
    throw new UsageError('Give --registry to pack an image, or --image for one that is there; not both.')
  if (image !== undefined) {
    if (/^[^@\s]+@sha256:[0-9a-f]{64}$/.test(image)) return { kind: 'given', image }
    throw new UsageError(`--image must end in @sha256: and 64 hexadecimal digits, but is "${image}".`)
  }
  if (registry === undefined)
    throw new UsageError('--registry is missing: where the cluster pulls the image from.')
  if (!isPlatform(platform))
    throw new UsageError(`--platform must be OS/ARCH, such as linux/arm64, but is "${platform}".`)
  return { kind: 'pack', registry: registry.replace(/\/+$/, ''), base, platform }
}

function isDeployer(text: string): text is Deployer {
  return DEPLOYERS.some(each => each === text)
}

function isPlatform(text: string): text is Platform {
  return /^[a-z0-9]+\/[a-z0-9]+$/.test(text)
}
