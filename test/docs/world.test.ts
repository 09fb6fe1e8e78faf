// The blocks marked `world`: each page from top to bottom by a stranger in a folder of their own, against the local world.

import { execFile } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { pushImage } from '../../local/registry/push-image.ts'
import { startWorld } from '../../local/world/world.ts'
import { createLog } from '../../shared/runtime/log.ts'
import { makeScratch } from '../cli/kit.ts'
import { blocksOf, markdownFiles, ROOT } from './markdown.ts'

const pages = markdownFiles()
  .map(file => ({ file, blocks: blocksOf(file).filter(({ marks }) => marks.includes('world')) }))
  .filter(({ blocks }) => blocks.length > 0)

test('there are such pages', () => expect(pages.length).toBeGreaterThan(1))

test.each(pages)('$file does what it says', { timeout: 180_000 }, async ({ blocks }) => {
  await using scratch = await makeScratch()
  const world = await startWorld({ log: createLog('silent'), durationMs: 5 })
  try {
    await world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'remediation' } })
    await pushImage(`${world.registry.host}/apps/scaler:1.0`)
    const shim = await scratch.put(
      'bin/playbook',
      `#!/bin/sh\nexec "${process.execPath}" ${ROOT}/cli/main.ts "$@"\n`,
    )
    await chmod(shim, 0o755)
    const env = {
      PATH: `${scratch.folder}/bin:${process.env.PATH}`,
      HOME: scratch.folder,
      KUBECONFIG: await scratch.put('kubeconfig', world.api.kubeconfig('ann')),
      REGISTRY: world.registry.host,
    }
    const script = blocks.map(({ text }) => text).join('\n')
    // A command that fails rejects, and its output is in the error.
    const { stdout } = await promisify(execFile)('sh', ['-euxc', script], { cwd: scratch.folder, env })
    expect(stdout).toMatch(/is registered as sha256:/)
    if (script.includes('--wait')) expect(stdout).toMatch(/rem-\w+ succeeded/)
  } finally {
    await world.close()
  }
})
