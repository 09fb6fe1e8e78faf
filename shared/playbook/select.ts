// Which Playbook, and which of its registered versions, an analysis means: pure, over Playbooks already read.

import { namesOf, repositoryOf } from './aliases.ts'
import { nearestNames } from './nearest.ts'
import { currentRelease, nameOf, type Playbook, type Release, readyCondition } from './playbook.ts'
import { plainVersion } from './version.ts'

/** What an analysis says of the playbook it wants: a name, an alias or a bundle reference, and perhaps which version. */
export interface Wish {
  readonly playbook?: string | undefined
  /** What else it is called, the most telling first. */
  readonly otherNames?: readonly string[]
  readonly version?: string | undefined
  /** A bundle reference beside the name. */
  readonly bundle?: string | undefined
  /** `sha256:…` of what is to run. */
  readonly digest?: string | undefined
}

export type SelectionReason =
  | 'UnknownPlaybook'
  | 'AmbiguousPlaybook'
  | 'PlaybookSuspended'
  | 'PlaybookNotReady'
  | 'UnknownVersion'
  | 'UnknownDigest'

export type Selection =
  | { readonly ok: true; readonly playbook: Playbook; readonly release: Release }
  | {
      readonly ok: false
      readonly reason: SelectionReason
      readonly message: string
      readonly playbook?: Playbook
      readonly nearest?: readonly string[]
    }

function refuse(reason: SelectionReason, message: string, more: object = {}): Selection {
  return { ok: false, reason, message, ...more }
}

/** The names under which the wish may be known, the most telling first. */
export function wishedNames(wish: Wish): string[] {
  const bundle = wish.bundle === undefined ? [] : [repositoryOf(wish.bundle)]
  const names = wish.playbook === undefined ? [] : [wish.playbook, repositoryOf(wish.playbook)]
  const digest = wish.digest === undefined ? [] : [wish.digest]
  return [...new Set([...names, ...(wish.otherNames ?? []), ...bundle, ...digest])]
}

/** The digest that is to run: named as such, or by a bundle reference in place of the name or beside it. */
function digestOf({ digest, playbook = '', bundle = '' }: Wish): string | undefined {
  const referred = [playbook, bundle].map(reference => /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1])
  return digest ?? referred.find(each => each !== undefined)
}

function findPlaybook(wish: Wish, playbooks: readonly Playbook[]): Selection | Playbook {
  for (const name of wishedNames(wish)) {
    const matches = playbooks.filter(each => namesOf(each).includes(name))
    const [match, other] = matches
    if (match !== undefined && other === undefined) return match
    if (other !== undefined)
      return refuse(
        'AmbiguousPlaybook',
        `"${name}" names ${matches.length} playbooks: ${matches.map(nameOf).join(', ')}. Name one as namespace/name.`,
      )
  }
  const asked = wish.playbook ?? wish.bundle ?? wish.digest ?? ''
  const nearest = nearestNames(wishedNames(wish), playbooks)
  const words = nearest.length === 1 ? 'name is' : 'names are'
  const hint = nearest.length > 0 ? `The nearest ${words} ${nearest.join(', ')}.` : 'No name comes near it.'
  return refuse(
    'UnknownPlaybook',
    `No playbook is registered as "${asked}". ${hint} Choose a registered one.`,
    {
      nearest,
    },
  )
}

/** An alias is its playbook's word that the id or digest means this playbook, so it vouches for the version too. */
function vouched(wish: Wish, playbook: Playbook): boolean {
  const aliases = playbook.spec.aliases ?? []
  return [digestOf(wish), wish.playbook].some(each => each !== undefined && aliases.includes(each))
}

/** An analysis that means an image knows the image's own digest. */
function isDigestOf(release: Release, digest: string): boolean {
  return release.digest === digest || release.image?.split('@')[1] === digest
}

function findRelease(wish: Wish, playbook: Playbook): Selection {
  const history = playbook.status?.history ?? []
  const digest = digestOf(wish)
  const current = currentRelease(playbook)
  const wanted = wish.version === undefined ? undefined : plainVersion(wish.version)
  const sameDigest = digest === undefined ? [] : history.filter(each => isDigestOf(each, digest))
  // One bundle may have been registered under two versions.
  const byDigest = sameDigest.find(release => release.version === wanted) ?? sameDigest[0]
  const byVersion = history.find(release => release.version === wanted)
  const known = history.map(release => `${release.version} (${release.digest})`).join(', ')
  const name = nameOf(playbook)
  if (byDigest !== undefined && wanted !== undefined && byDigest.version !== wanted)
    return refuse(
      'UnknownVersion',
      `${digest} is version ${byDigest.version} of ${name}, not ${wanted}. Name one of the two.`,
      { playbook },
    )
  if (byDigest !== undefined) return { ok: true, playbook, release: byDigest }
  if (digest !== undefined && !vouched(wish, playbook))
    return refuse('UnknownDigest', `${digest} was never registered for ${name}. Registered: ${known}.`, {
      playbook,
    })
  if (byVersion !== undefined) return { ok: true, playbook, release: byVersion }
  if (wanted !== undefined && !vouched(wish, playbook))
    return refuse('UnknownVersion', `${name} has no version ${wanted}. Registered: ${known}.`, { playbook })
  if (current !== undefined) return { ok: true, playbook, release: current }
  return refuse('PlaybookNotReady', `${name} has no registered version to run.`, { playbook })
}

/** One match, not suspended, registered, in the version asked for; or the reason why not, with what to do. */
export function selectPlaybook(wish: Wish, playbooks: readonly Playbook[]): Selection {
  const found = findPlaybook(wish, playbooks)
  if ('ok' in found) return found
  const name = nameOf(found)
  if (found.spec.suspended === true)
    return refuse(
      'PlaybookSuspended',
      `${name} is suspended by its operator. Choose another or ask for it.`,
      {
        playbook: found,
      },
    )
  const ready = readyCondition(found)
  if (ready === undefined || (ready.status !== 'True' && (found.status?.history ?? []).length === 0)) {
    const why = ready?.message ?? 'it was not looked at yet'
    return refuse('PlaybookNotReady', `${name} is not registered: ${why}`, { playbook: found })
  }
  return findRelease(wish, found)
}
