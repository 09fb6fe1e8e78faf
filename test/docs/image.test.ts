// The image playbook of the documents: it lints, and a rehearsal runs it, though nobody has the image.

import { expect, test } from 'vitest'
import { call, makeScratch, playbook } from '../cli/kit.ts'
import { blocksOf } from './markdown.ts'

const CASE = {
  analysis: {
    strategies: [
      {
        playbook_id: 'registry.example.com/tools/scaler',
        confidence: 0.95,
        parameters: { TARGET_NAMESPACE: 'shop' },
      },
    ],
  },
  expect: { verdict: 'allow' },
}

test('it lints without findings, and is found by its image', async () => {
  await using scratch = await makeScratch()
  const [block] = blocksOf('docs/concepts.md').filter(({ text }) => /^ {2}image: /m.test(text))
  await scratch.put('scale/playbook.yaml', block?.text ?? '')
  const folder = `${scratch.folder}/scale`
  const lint = await call(['lint', folder, '-o', 'json'])
  expect({ code: lint.code, ...JSON.parse(lint.out) }).toMatchObject({ code: 0, findings: [] })

  const path = await scratch.put('scale/test-case.yaml', JSON.stringify(CASE))
  const { code, out, err } = await playbook(['rehearse', path, '--playbooks', folder, '-o', 'json'])
  expect(err).toBe('')
  expect({ code, ...JSON.parse(out) }).toMatchObject({
    code: 0,
    verdicts: [
      {
        verdict: 'allow',
        playbook: 'remediation/scale',
        version: '1.0.0',
        parameters: { REPLICAS: { value: '1' }, TARGET_NAMESPACE: { value: 'shop' } },
      },
    ],
  })
})
