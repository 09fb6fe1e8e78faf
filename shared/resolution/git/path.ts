// Paths in a repository: relative to its root, and never out of it.

import { ResolutionError } from '../error.ts'

/** The path without empty and dot segments. Throws ResolutionError for one that would climb. */
export function cleanPath(path: string): string {
  const segments = path.split('/').filter(segment => segment !== '' && segment !== '.')
  if (segments.includes('..'))
    throw new ResolutionError(
      `path ${JSON.stringify(path)} attempts to escape the repository directory (possible path traversal attack)`,
    )
  if (segments.length === 0 || path.includes('\0'))
    throw new ResolutionError(`path ${JSON.stringify(path)} names no file`)
  return segments.join('/')
}

/** A path beside another file where it starts with `./` or `../`, else one from the root. Undefined where it climbs out. */
export function pathFrom(file: string, path: string): string | undefined {
  const isBeside = /^\.{1,2}\//.test(path)
  const segments = isBeside ? cleanPath(file).split('/').slice(0, -1) : []
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') segments.push(segment)
    else if (segments.pop() === undefined) return undefined
  }
  return segments.length === 0 ? undefined : segments.join('/')
}
