// Files of a folder and nothing else: no way leads out of it, by name or by link.

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDiskResolver } from '../../../shared/resolution/disk/resolver.ts'
import { never, PIPELINE, question } from './kit.ts'

let above: string
let folder: string

beforeAll(async () => {
  above = await mkdtemp(join(tmpdir(), 'resolver-disk-'))
  folder = join(above, 'pipelines')
  await mkdir(join(folder, 'nested'), { recursive: true })
  await mkdir(join(above, 'pipelines-of-others'))
  await writeFile(join(above, 'pipelines-of-others', 'a.yaml'), PIPELINE)
  await writeFile(join(above, 'outside.yaml'), PIPELINE)
  await writeFile(join(folder, 'nested', 'inside.yaml'), PIPELINE)
  await writeFile(join(folder, 'large.yaml'), Buffer.alloc(1024 * 1024 + 1, 0x20))
  await symlink(join(above, 'outside.yaml'), join(folder, 'leads-out.yaml'))
  await symlink(above, join(folder, 'up'))
  await symlink(join(folder, 'nested', 'inside.yaml'), join(folder, 'stays-in.yaml'))
})
afterAll(() => rm(above, { recursive: true }))

const resolve = (path: string) => createDiskResolver(folder).resolve(question({ params: { path } }), never)

test.each(['nested/inside.yaml', './nested/../nested/inside.yaml', 'stays-in.yaml'])(
  '%s is read',
  async path => {
    const { data, refSource, holds } = await resolve(path)
    expect(data).toBe(PIPELINE)
    expect(refSource).toMatchObject({
      uri: expect.stringMatching(/^file:.*\/nested\/inside\.yaml$/),
      entryPoint: path,
    })
    expect(holds).toBeUndefined()
  },
)

test.each([
  '../outside.yaml',
  '../absent.yaml',
  'nested/../../outside.yaml',
  '../pipelines-of-others/a.yaml',
  'leads-out.yaml',
  'up/outside.yaml',
  '.',
  '..',
])('%s leads out and is refused', async path => {
  await expect(resolve(path)).rejects.toThrow(/must lead to a file within/)
})

test('an absolute path leads out too', async () => {
  await expect(resolve(join(above, 'outside.yaml'))).rejects.toThrow(/must lead to a file within/)
})

test('what is too large is not read', async () => {
  await expect(resolve('large.yaml')).rejects.toThrow(/more than 1048576 bytes/)
})
