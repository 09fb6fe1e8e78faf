// What the script of relax-pdb must not miss, with a kubectl that is quicker than any drain.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { makeScratch } from '../cli/kit.ts'
import { ROOT } from '../docs/markdown.ts'

/** Of a budget over two pods; as soon as it is relaxed, one of them is evicted and replaced. */
const KUBECTL = `#!/bin/bash
case "$*" in
  *'pdb-before": null'*) echo restored >> "$STATE/done" ;;
  *patch*) echo relaxed >> "$STATE/done" ;;
  *pods*) [ -e "$STATE/done" ] && echo "pod-2 pod-3" || echo "pod-1 pod-2" ;;
  *matchLabels*) echo '{"app":"my-app"}' ;;
  *pdb-before*) [ -e "$STATE/done" ] && echo minAvailable=2 || true ;;
  *minAvailable*|*currentHealthy*|*expectedPods*) echo 2 ;;
  *disruptionsAllowed*) echo 0 ;;
esac
`

test('a pod that is evicted in the moment in which the budget allows it is seen', async () => {
  await using scratch = await makeScratch()
  await chmod(await scratch.put('bin/kubectl', KUBECTL), 0o755)
  const pipeline = parse(readFileSync(join(ROOT, 'examples/playbooks/relax-pdb/pipeline.yaml'), 'utf8'))
  const { script } = pipeline.spec.tasks[0].taskSpec.steps[0]
  const changed = join(scratch.folder, 'changed')
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', script.replace('$(results.changed.path)', changed)],
    {
      encoding: 'utf8',
      env: {
        PATH: `${scratch.folder}/bin:${process.env.PATH}`,
        STATE: scratch.folder,
        NAMESPACE: 'shop',
        NAME: 'budget',
        SECONDS_RELAXED: '2',
      },
    },
  )
  expect(stdout + stderr).toMatch(/A pod was evicted and replaced; 2 pods are healthy/)
  expect(readFileSync(join(scratch.folder, 'done'), 'utf8')).toBe('relaxed\nrestored\n')
  expect(status).toBe(0)
})
