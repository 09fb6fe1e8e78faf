// Which version a playbook goes back to, and what of its spec changes for that; pure.

import { isDeepStrictEqual } from 'node:util'
import { formatReference, parseReference } from '../../shared/oci/reference.ts'
import { currentRelease, nameOf, type Playbook, type Release } from '../../shared/playbook/playbook.ts'
import { plainVersion } from '../../shared/playbook/version.ts'
import { Trouble } from '../shell.ts'
import { readiness } from './read.ts'

function known({ status }: Playbook): string {
  return (status?.history ?? []).map(({ version }) => version).join(', ') || 'none'
}

function named(playbook: Playbook, to: string): Release {
  const found = playbook.status?.history?.find(
    ({ version, digest }) => version === plainVersion(to) || digest === to,
  )
  if (found !== undefined) return found
  throw new Trouble(`${nameOf(playbook)} was never registered as ${to}. Registered: ${known(playbook)}.`)
}

/**
 * The release to go back to: the one that is named; else the one that runs, where the last change was refused; else the
 * one that was registered before it. Throws Trouble.
 */
export function earlierRelease(playbook: Playbook, to: string | undefined): Release {
  if (to !== undefined) return named(playbook, to)
  const current = currentRelease(playbook)
  if (current === undefined)
    throw new Trouble(`${nameOf(playbook)} was never registered: there is nothing to go back to.`)
  if (readiness(playbook) !== 'True') return current
  const [before] = (playbook.status?.history ?? [])
    .filter(({ registeredAt }) => registeredAt < current.registeredAt)
    .toSorted((one, other) => (one.registeredAt < other.registeredAt ? 1 : -1))
  if (before !== undefined) return before
  throw new Trouble(
    `${nameOf(playbook)} ${current.version} is the first version that is known. Registered: ${known(playbook)}; name one with --to.`,
  )
}

/** Fields of spec; null removes one. */
export type Change = Readonly<Record<string, unknown>>

/** The tag says the version where the Playbook does not, so that the next file that is applied need not take it back. */
function sourceOf({ spec }: Playbook, release: Release): Change {
  const { version, image = '', bundle = '', pipeline } = release
  if (release.pipelineSpec !== undefined)
    return { image, bundle: null, pipeline: null, imagePullSecrets: null, version }
  const isTag = spec.version === undefined && !version.includes('+')
  const reference = parseReference(bundle)
  return {
    bundle: formatReference(isTag ? { ...reference, tag: `v${version}` } : reference),
    image: null,
    ...(isTag ? {} : { version }),
    ...(spec.pipeline === undefined ? {} : { pipeline }),
  }
}

/** What must change in the Playbook's spec for it to be this release; nothing where it is. */
export function changeTo(playbook: Playbook, release: Release): Change {
  const parameters = release.schemaCarrier === 'playbook' ? release.schema : null
  const wanted = { ...sourceOf(playbook, release), parameters }
  const spec: Readonly<Record<string, unknown>> = { ...playbook.spec }
  return Object.fromEntries(
    Object.entries(wanted).filter(([field, value]) => !isDeepStrictEqual(spec[field] ?? null, value)),
  )
}
