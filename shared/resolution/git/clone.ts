// One file at one revision, by the git program: a bare repository of one commit, without any file but the one that is read.

import { MAX_OBJECT } from '../../bundle/layer.ts'
import { ResolutionError } from '../error.ts'
import type { Git } from './program.ts'
import { commitIn, isCommit, patternsFor } from './revision.ts'
import { type CloneTools, type Remote, within } from './workspace.ts'

export interface GitFile {
  readonly commit: string
  readonly text: string
}

export interface Clones {
  /** Reads a file. Throws ResolutionError. */
  read(
    remote: Remote,
    file: { readonly revision: string; readonly path: string },
    signal: AbortSignal,
  ): Promise<GitFile>
  /** The commit that a revision means now; undefined where there is none. Throws ResolutionError. */
  commitOf(remote: Remote, revision: string, signal: AbortSignal): Promise<string | undefined>
}

/** One file, and what is said around it. */
const MAX_FILE_FETCH = 4 * 1024 * 1024
const WANTED = 'refs/resolution/wanted'
const MODES: Readonly<Record<string, string>> = {
  '040000': 'a directory',
  '120000': 'a symbolic link, which is not followed',
  '160000': 'a submodule, which is not fetched',
}

export function createClones(tools: CloneTools): Clones {
  return {
    read: (remote, file, signal) =>
      within(tools, { remote, signal }, async (git, tunnel) => {
        await fetchCommit(git, file.revision)
        tunnel.allow(MAX_FILE_FETCH)
        // One after the other: nothing of git's may still run when the folder goes.
        const commit = await commitHere(git, file.revision)
        const blob = await findBlob(git, file.path)
        return { commit, text: await readBlob(git, blob, file.path) }
      }),
    commitOf: (remote, revision, signal) =>
      within(tools, { remote, signal }, async git => {
        const listing = await git(['ls-remote', '--quiet', 'origin', ...patternsFor(revision)])
        return commitIn(listing.toString('utf8'), revision)
      }),
  }
}

/** The revision stands on the right of nothing: it is a source in a refspec, never an option. */
async function fetchCommit(git: Git, revision: string): Promise<void> {
  const options = ['--quiet', '--depth=1', '--filter=blob:none', '--no-tags', '--no-recurse-submodules']
  await git(['fetch', ...options, '--', 'origin', `+${revision}:${WANTED}`])
}

async function commitHere(git: Git, revision: string): Promise<string> {
  const output = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${WANTED}^{commit}`])
  const commit = output.toString('utf8').trim()
  if (isCommit(revision) && commit !== revision.toLowerCase())
    throw new ResolutionError(`revision error: ${revision} is no commit`)
  return commit
}

/**
 * Looked up in the commit itself: nothing is checked out, so no link and no path leads anywhere else. git fetches the file
 * to know its size, which is that of the object it has checked, not the server's word.
 */
async function findBlob(git: Git, path: string): Promise<string> {
  const listing = await git(['ls-tree', '-z', '--full-tree', '--long', WANTED, '--', path])
  const entry = /^(\d{6}) (\w+) ([\da-f]+) +(\d+|-)\t/.exec(listing.toString('utf8'))
  const [, mode = '', type, object = '', size] = entry ?? []
  if (type !== 'blob' || !mode.startsWith('100')) {
    const what = type === undefined ? 'file does not exist' : `it is ${MODES[mode]}`
    throw new ResolutionError(`error opening file "${path}": ${what}`)
  }
  if (Number(size) <= MAX_OBJECT) return object
  throw new ResolutionError(`error reading file "${path}": it has more than ${MAX_OBJECT} bytes`)
}

async function readBlob(git: Git, object: string, path: string): Promise<string> {
  const bytes = await git(['cat-file', 'blob', object], MAX_OBJECT)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new ResolutionError(`error reading file "${path}": it is not UTF-8`, { cause: error })
  }
}
