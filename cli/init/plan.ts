// What a new playbook consists of, before it is files.

import type { Json } from '../../shared/analysis/document.ts'
import type { Playbook } from '../../shared/playbook/playbook.ts'

export interface Plan {
  readonly name: string
  /** Absent where the bundle is there already. */
  readonly pipeline?: Json
  /** JSON Schema 2020-12 of the parameters. */
  readonly schema: Json
  /** Its spec.bundle says where it will be pushed. */
  readonly playbook: Playbook
  /** Service accounts and roles, Tasks: file names to objects. */
  readonly others: ReadonlyMap<string, readonly Json[]>
}

/** A host that nobody has: to be replaced. */
export const REPOSITORY = 'registry.example.com/playbooks'
const TIMEOUT = '10m'
const COOLDOWN = '5m'

export interface Naming {
  readonly name: string
  /** Registry and path below which the bundle is pushed. */
  readonly repository?: string | undefined
  readonly version?: string
}

/** A registration to begin with. */
export function registrationOf({ name, repository = REPOSITORY, version = '1.0.0' }: Naming): Playbook {
  return {
    apiVersion: 'playbook.kubernaut.io/v1alpha1',
    kind: 'Playbook',
    metadata: { name, namespace: 'remediation' },
    spec: {
      bundle: `${repository}/${name}:v${version}`,
      description: {
        what: `What ${name} changes, in a sentence.`,
        whenToUse: 'What must have been seen for it to help.',
        whenNotToUse: 'When it would hide the cause, or do harm.',
      },
      timeout: TIMEOUT,
      cooldown: COOLDOWN,
      approval: 'manual',
    },
  }
}

/** With what every registration should say, where it does not. */
export function completed(playbook: Playbook): Playbook {
  return { ...playbook, spec: { ...playbook.spec, timeout: playbook.spec.timeout ?? TIMEOUT } }
}
