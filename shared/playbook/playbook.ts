// The Playbook custom resource (playbook.kubernaut.io/v1alpha1), as `triggers/crd-playbook.yaml` defines it.

import type { Condition, KubernetesObject, ObjectMeta } from '../kubernetes/resources.ts'

export interface PlaybookSpec {
  /** Reference of the bundle: `registry/repository:tag` or `@sha256:…`. The CRD wants either this or `image`. */
  readonly bundle?: string
  /** Reference of a container image: a run is one step of it, with the parameters as its environment. */
  readonly image?: string
  /** The Pipeline's name in the bundle; may be left out when it holds one. */
  readonly pipeline?: string
  readonly version?: string
  readonly description?: {
    readonly what?: string
    readonly whenToUse?: string
    readonly whenNotToUse?: string
  }
  readonly labels?: Readonly<Record<string, unknown>>
  /** A JSON Schema or the older list, only for images, and bundles that carry no schema. */
  readonly parameters?: unknown
  /** What happens to a parameter that the playbook does not declare. */
  readonly undeclared?: 'refuse' | 'drop'
  readonly serviceAccountName?: string
  /** Go duration (`30m`, `1h30m`) after which Tekton ends the run. */
  readonly timeout?: string
  /** Go duration during which the target rests after a run. */
  readonly cooldown?: string
  /** What happens to a remediation whose target is busy or resting. */
  readonly onBusy?: 'queue' | 'drop' | 'reject'
  readonly aliases?: readonly string[]
  readonly approval?: 'auto' | 'manual' | 'policy'
  /** What must hold for the target just before a run starts, in CEL over `target`, `parameters`, `playbook` and `now`. */
  readonly preconditions?: readonly { readonly expression: string; readonly message?: string }[]
  readonly imagePullSecrets?: readonly { readonly name: string }[]
  readonly dependencies?: {
    readonly secrets?: readonly { readonly name: string }[]
    readonly configMaps?: readonly { readonly name: string }[]
  }
  readonly suspended?: boolean
}

/** A param that the Pipeline declares. */
export interface PipelineParam {
  readonly name: string
  readonly type: 'string' | 'array' | 'object'
  readonly hasDefault: boolean
}

/** One registered version: all that a run of it needs, so that old versions stay runnable. */
export interface Release {
  readonly version: string
  /** Of the bundle; of an image, of the bundle that its Pipeline and schema would make. */
  readonly digest: string
  /** The bundle's repository pinned by digest; absent for an image. */
  readonly bundle?: string
  /** The image pinned by digest; absent for a bundle, unless the bundle was made of the image (`playbook migrate`). */
  readonly image?: string
  readonly pipeline: string
  /** The Pipeline around the image, which its runs carry themselves (`spec` of a tekton.dev/v1 Pipeline). */
  readonly pipelineSpec?: Readonly<Record<string, unknown>>
  readonly schema: unknown
  readonly schemaDigest: string
  readonly schemaCarrier: 'annotation' | 'layer' | 'playbook' | 'none'
  readonly params: readonly PipelineParam[]
  readonly registeredAt: string
}

/** What lint says of a bundle: an error refuses it, a warning is for its author. */
export interface Finding {
  readonly rule: string
  readonly severity: 'error' | 'warning'
  readonly path: string
  readonly message: string
}

export interface PlaybookStatus extends Partial<Release> {
  readonly parameters?: readonly {
    readonly name: string
    readonly type: string
    readonly required: boolean
  }[]
  readonly findings?: readonly Finding[]
  /** The newest first, at most 20, the current one included. */
  readonly history?: readonly Release[]
  readonly conditions?: readonly Condition[]
  readonly observedGeneration?: number
}

export interface Playbook extends KubernetesObject {
  readonly metadata: ObjectMeta
  readonly spec: PlaybookSpec
  readonly status?: PlaybookStatus
}

export function nameOf(playbook: Playbook): string {
  return `${playbook.metadata.namespace ?? 'default'}/${playbook.metadata.name}`
}

export function readyCondition(playbook: Playbook): Condition | undefined {
  return playbook.status?.conditions?.find(condition => condition.type === 'Ready')
}

/** The version that runs when none is asked for; undefined while nothing was ever registered. */
export function currentRelease(playbook: Playbook): Release | undefined {
  return playbook.status?.history?.find(
    release => release.digest === playbook.status?.digest && release.version === playbook.status?.version,
  )
}
