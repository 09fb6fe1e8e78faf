// A file of this machine, for writing a Pipeline without pushing it; only the local world has it.

import { createHash } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MAX_OBJECT } from '../../bundle/layer.ts'
import { ResolutionError } from '../error.ts'
import { requiredParam } from '../params.ts'
import type { Resolver } from '../resolver.ts'

function outside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way === '' || way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way
}

/** The file itself, behind all symbolic links, which must not lead out of the folder. */
async function locate(folder: string, path: string): Promise<string> {
  const root = await realpath(folder)
  const wanted = resolve(root, path)
  if (outside(root, wanted))
    throw new ResolutionError(`parameter "path" must lead to a file within ${folder}`)
  const file = await realpath(wanted).catch(() => undefined)
  if (file === undefined) throw new ResolutionError(`${path} does not exist in ${folder}`)
  if (outside(root, file)) throw new ResolutionError(`parameter "path" must lead to a file within ${folder}`)
  return file
}

/** `path` is relative to the folder. Nothing is kept: the next request sees what was just saved. */
export function createDiskResolver(folder: string): Resolver {
  return {
    type: 'disk',
    validate(params) {
      requiredParam(params, 'path')
    },
    async resolve({ params }, signal) {
      const path = requiredParam(params, 'path')
      const file = await locate(folder, path)
      const { size } = await stat(file)
      if (size > MAX_OBJECT) throw new ResolutionError(`${path} has more than ${MAX_OBJECT} bytes`)
      const data = await readFile(file, { encoding: 'utf8', signal })
      const sha256 = createHash('sha256').update(data).digest('hex')
      return {
        data,
        annotations: { path },
        refSource: { uri: pathToFileURL(file).href, digest: { sha256 }, entryPoint: path },
      }
    },
  }
}
