// Revisions: what may be asked of a server, and which commit its list of references means.

import { ResolutionError } from '../error.ts'

/** https://git-scm.com/docs/git-check-ref-format, and what a refspec or an option would make of a name. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/^-/, 'it must not start with a dash'],
  [/^\+/, 'it must not start with a plus sign'],
  [/[\p{Cc} ~^:?*[\\]/u, 'it must not hold blanks, control characters or any of ~ ^ : ? * [ \\'],
  [/\.\.|@\{|\/\/|\/\.|^\.|\.$|\/$|^\/|\.lock(?:\/|$)/, 'it must be a branch, a tag or a commit'],
]
const MOST = 250
const COMMIT = /^(?:[\da-f]{40}|[\da-f]{64})$/i

/** Throws ResolutionError for what is no branch, tag or commit: it would be read as an option or a refspec. */
export function checkRevision(revision: string): void {
  const [, rule] = FORBIDDEN.find(([pattern]) => pattern.test(revision)) ?? []
  if (rule !== undefined) throw new ResolutionError(`invalid revision ${JSON.stringify(revision)}: ${rule}`)
  if (revision.length > MOST)
    throw new ResolutionError(`invalid revision: it has more than ${MOST} characters`)
}

/** A whole commit's name, which always means the same. */
export function isCommit(revision: string): boolean {
  return COMMIT.test(revision)
}

/** What a commit's name is a hash by; a repository has the one or the other (https://git-scm.com/docs/hash-function-transition). */
export function algorithmOf(commit: string): 'sha1' | 'sha256' {
  return commit.length === 64 ? 'sha256' : 'sha1'
}

/** Where git looks for a short name, in its order (https://git-scm.com/docs/gitrevisions). */
function candidates(revision: string): string[] {
  return [revision, `refs/${revision}`, `refs/tags/${revision}`, `refs/heads/${revision}`]
}

/** The patterns for `git ls-remote`: each place, and what a tag there points to. */
export function patternsFor(revision: string): string[] {
  return candidates(revision).flatMap(name => [name, `${name}^{}`])
}

/** The commit that a revision means in the output of `git ls-remote`; undefined where it is not there. */
export function commitIn(listing: string, revision: string): string | undefined {
  const commits = new Map(
    listing.split('\n').map(line => {
      const [commit = '', name = ''] = line.split('\t')
      return [name, commit]
    }),
  )
  return candidates(revision)
    .map(name => commits.get(`${name}^{}`) ?? commits.get(name))
    .find(commit => commit !== undefined)
}
