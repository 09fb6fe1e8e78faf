// Expressions are bounded: in length, in nesting, and in how long they may take over a case.

import { describe, expect, test } from 'vitest'
import { compileExpression } from '../../../shared/expression/expression.ts'
import { type Facts, factsOf } from '../../../shared/expression/facts.ts'

function facts(live: object = {}): Facts {
  const target = { kind: 'Deployment', name: 'web', namespace: 'shop' }
  const object = { kind: 'Deployment', metadata: { name: 'web' }, ...live }
  return factsOf({ analysis: {}, playbook: {}, parameters: {}, target, live: object, now: 0 })
}

function answer(text: string, over: Facts = facts()): unknown {
  const compiled = compileExpression(text, 'rule')
  if (!compiled.ok) throw new Error(compiled.why)
  return compiled.expression.evaluate(over)
}

describe('refused as it is written:', () => {
  test.each<[string, string, RegExp]>([
    ['too long', `"${'a'.repeat(2_100)}" == "b"`, /2109 characters, and may have 2048/],
    ['too deep', `${'('.repeat(40)}true${')'.repeat(40)}`, /maxDepth/],
    ['too many parts', Array(200).fill('true').join('&&'), /maxAstNodes/],
    ['loops in loops in loops', '[1].all(a, [a].all(b, [b].all(c, c > 0)))', /nested 3 deep, and may be 2/],
    ['a list without end', `1 in [${Array(100).fill('1').join(',')}]`, /maxListElements/],
    ['a name for a value', 'cel.bind(a, 1, a == 1)', /not supported/],
    ['nothing', '', /./],
  ])('%s', (_, text, why) => {
    expect(compileExpression(text, 'rule')).toMatchObject({ ok: false, why: expect.stringMatching(why) })
  })

  test('a precondition that speaks of the analysis, which is forgotten when a waiting run starts', () => {
    const text = 'analysis.confidence > 0.5'
    expect(compileExpression(text, 'rule').ok).toBe(true)
    expect(compileExpression(text, 'precondition')).toMatchObject({
      ok: false,
      why: 'Unknown variable: analysis',
    })
  })
})

describe('over a large case', () => {
  const items = Array.from({ length: 2_000 }, (_, index) => ({ name: `n${index}` }))
  const large = facts({ items })

  test('one loop is no trouble', () => {
    expect(answer('target.items.all(i, i.name != "")', large)).toEqual({ ok: true, value: true })
  })

  test('a loop in a loop is not begun', () => {
    expect(answer('target.items.all(i, target.items.exists(j, j == i))', large)).toEqual({
      ok: false,
      why: 'its loops over this case may take too long',
    })
  })

  test('long texts make a loop dear', () => {
    const text = 'target.items.exists(i, target.note.matches("(a+)+b"))'
    expect(answer(text, facts({ items, note: 'a'.repeat(20_000) }))).toMatchObject({ ok: false })
  })

  test('what a loop makes counts too', () => {
    const text = 'target.note.split("").all(a, target.note.split("").all(b, a == b))'
    expect(answer(text, facts({ note: 'a'.repeat(10_000) }))).toMatchObject({ ok: false })
  })

  test('a case without end is not looked at', () => {
    const many = facts({ items: Array.from({ length: 30_000 }, () => 1) })
    expect(answer('target.items.all(i, i == 1)', many)).toMatchObject({
      ok: false,
      why: expect.stringContaining('values'),
    })
  })
})

test('a pattern that keeps other engines busy is matched at once', () => {
  const before = performance.now()
  const result = answer('target.note.matches("^(a+)+$")', facts({ note: `${'a'.repeat(30_000)}!` }))
  expect(result).toEqual({ ok: true, value: false })
  expect(performance.now() - before).toBeLessThan(2_000)
})

test.each([
  ['what is whole is an int', 'target.n * 2 == 6 && type(target.n) == int'],
  ['what is not is a double', 'target.d > 0.4 && type(target.d) == double'],
  ['and both compare', 'target.n > target.d'],
  ['managedFields are left out', '!has(target.metadata.managedFields)'],
  ['nothing of JavaScript is seen', '!has(target.constructor) && !has(target.__proto__)'],
])('%s', (_, text) => {
  const over = facts({ n: 3, d: 0.5, metadata: { name: 'web', managedFields: [{}] } })
  expect(answer(text, over)).toEqual({ ok: true, value: true })
})
