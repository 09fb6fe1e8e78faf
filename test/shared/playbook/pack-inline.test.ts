// A release that is an image: the bundle that it would be is the same wherever and whenever it is packed.

import { expect, test } from 'vitest'
import { compileParameters } from '../../../shared/parameters/compile.ts'
import { packInline } from '../../../shared/playbook/pack-inline.ts'
import { wrapContainer } from '../../../shared/workflow/container.ts'
import { digest } from './kit.ts'

function spec(): Readonly<Record<string, unknown>> {
  const compiled = compileParameters({
    type: 'object',
    properties: { MODE: { type: 'string', default: 'a' } },
  })
  if (!compiled.ok) throw new Error('no schema')
  const image = `registry.example/tools/scaler@${digest('a')}`
  const { spec } = wrapContainer({ name: 'scale', version: '1.0.0', image, flat: compiled.flat })
  return spec as Readonly<Record<string, unknown>>
}

const inline = {
  pipeline: 'scale',
  version: '1.0.0',
  pipelineSpec: spec(),
  schema: { type: 'object', properties: { MODE: { type: 'string', default: 'a' } } },
}

// Registered playbooks have this digest: another wrapper is another version for each of them.
test('the wrapper is what it was', () => {
  expect(packInline(inline).digest).toBe(
    'sha256:29d9f80b2d881599546cc8ed7def87b3e98e752c2acbfea5fa0decc91506ef4a',
  )
})

test('the order of keys says nothing', () => {
  const { tasks, params } = inline.pipelineSpec
  const schema = { properties: { MODE: { default: 'a', type: 'string' } }, type: 'object' }
  expect(packInline({ ...inline, pipelineSpec: { tasks, params }, schema }).digest).toBe(
    packInline(inline).digest,
  )
})

test.each([
  ['the version', { version: '1.0.1' }],
  ['the name', { pipeline: 'other' }],
  ['the schema', { schema: { type: 'object' } }],
  ['the image', { pipelineSpec: { ...inline.pipelineSpec, tasks: [] } }],
])('%s changes it', (_, more) => {
  expect(packInline({ ...inline, ...more }).digest).not.toBe(packInline(inline).digest)
})
