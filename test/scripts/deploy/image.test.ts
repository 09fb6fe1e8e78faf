// Packing the functions' image: the same bundle on the same base is the same image.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startRegistry } from '../../../local/registry/server.ts'
import { pack } from '../../../scripts/deploy/image.ts'
import { parseReference } from '../../../shared/oci/reference.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import { pushBase } from '../../shared/image/base.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playbook-functions-image-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

test('the image is pushed under a tag that never moves, and is named by its digest', async () => {
  const local = await startRegistry()
  try {
    const registry = createRegistry({ retry: { retries: 0, pause: 1 } })
    const base = `${local.host}/node:24`
    const { digest } = await pushBase(registry, parseReference(base))
    await writeFile(join(folder, 'main.cjs'), 'run()')
    await writeFile(join(folder, 'main.cjs.LEGAL.txt'), 'terms')
    await writeFile(join(folder, 'launch.cjs'), 'launch()')
    const packing = { registry, target: `${local.host}/team`, base, platform: 'linux/amd64' } as const
    const packed = await pack(folder, packing)
    expect(packed).toMatchObject({ base: `${local.host}/node@${digest}`, pushed: { mounted: 1 } })
    const { digest: ours = '' } = parseReference(packed.image)
    expect(packed.image).toBe(`${local.host}/team/playbook-functions@${ours}`)
    expect([...(local.store.get('team/playbook-functions')?.tags ?? [])]).toEqual([[ours.slice(7, 19), ours]])
    expect((await pack(folder, packing)).image).toBe(packed.image)
  } finally {
    await local.close()
  }
})
