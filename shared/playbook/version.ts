// Which version a bundle is: the Pipeline's annotation, the Playbook's `spec.version` and the tag, which must agree.

import { valid } from 'semver'

export const VERSION_ANNOTATION = 'playbook.kubernaut.io/version'

export type VersionVerdict =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly message: string }

/** A version as people write it: `v1.2.3` is 1.2.3, and a block of YAML ends with a line feed. */
export function plainVersion(version: string): string {
  return version.trim().replace(/^v(?=\d)/, '')
}

/** `v1.2.3` → `1.2.3`; undefined when it is no semantic version (https://semver.org/#backusnaur-form-grammar-for-valid-semver-versions). */
function semantic(text: string): string | undefined {
  const plain = plainVersion(text)
  // semver's `valid` drops build metadata, which tells two versions apart here.
  return valid(plain) === null ? undefined : plain
}

export interface VersionSources {
  readonly annotation?: string | undefined
  readonly spec?: string | undefined
  readonly tag?: string | undefined
}

/** The one version that all given sources mean. A tag that is no version (`latest`, `stable`) is no source. */
export function decideVersion({ annotation, spec, tag }: VersionSources): VersionVerdict {
  const tagged = tag === undefined ? undefined : semantic(tag)
  const given = [
    ['the Pipeline annotation playbook.kubernaut.io/version', annotation, annotation && semantic(annotation)],
    ['spec.version', spec, spec && semantic(spec)],
    ['the tag', tag, tagged],
  ] as const
  const wrong = given.slice(0, 2).find(([, raw, version]) => raw !== undefined && !version)
  if (wrong !== undefined)
    return {
      ok: false,
      message: `${wrong[0]} is "${wrong[1]}", which is no semantic version; write it like 1.2.3.`,
    }
  const named = given.filter(([, , version]) => version !== undefined)
  const versions = new Set(named.map(([, , version]) => version as string))
  const [version, other] = versions
  if (version === undefined)
    return {
      ok: false,
      message: 'No version is given. Tag the bundle v1.2.3, set spec.version, or annotate the Pipeline.',
    }
  if (other !== undefined) {
    const each = named.map(([source, , value]) => `${source} says ${value}`).join(', ')
    return { ok: false, message: `The versions differ: ${each}. Make them agree.` }
  }
  return { ok: true, version }
}
