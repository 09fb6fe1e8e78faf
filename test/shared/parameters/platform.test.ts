// The platform's own parameters: filled, dropped, or compared with the analysis' target.

import { describe, expect, test } from 'vitest'
import { targetOf } from '../../../shared/parameters/platform.ts'
import type { PipelineParam } from '../../../shared/playbook/playbook.ts'
import { facts, judge, rulesOf, target } from './kit.ts'

describe("the platform's facts", () => {
  test('are filled from the target, and recorded', () => {
    const filled = ['TARGET_RESOURCE', 'TARGET_RESOURCE_NAME', 'TARGET_RESOURCE_KIND', 'TARGET_NAMESPACE']
    const values = {
      TARGET_RESOURCE: 'shop/Deployment/api',
      TARGET_RESOURCE_NAME: 'api',
      TARGET_RESOURCE_KIND: 'Deployment',
      TARGET_NAMESPACE: 'shop',
    }
    expect(judge(facts, undefined, { target })).toMatchObject({ ok: true, filled, values })
    expect(targetOf(values)).toEqual({ kind: 'Deployment', name: 'api', namespace: 'shop' })
  })

  test('are dropped where the playbook does not ask', () => {
    const verdict = judge({ parameters: [] }, { TARGET_RESOURCE_API_VERSION: 'v1' }, { target })
    expect(verdict).toMatchObject({
      ok: true,
      values: {},
      dropped: [{ name: 'TARGET_RESOURCE_API_VERSION' }],
    })
  })

  test('asked for by the Pipeline alone are filled too', () => {
    const declared: PipelineParam[] = [{ name: 'TARGET_RESOURCE', type: 'string', hasDefault: false }]
    expect(judge({ parameters: [] }, {}, { target, declared })).toMatchObject({
      values: { TARGET_RESOURCE: 'shop/Deployment/api' },
    })
    expect(rulesOf(judge({ parameters: [] }, {}, { declared }))).toEqual(['/TARGET_RESOURCE required'])
  })

  test.each([
    [{ TARGET_RESOURCE_NAME: 'web' }, ['/TARGET_RESOURCE_NAME target']],
    [{ TARGET_NAMESPACE: '' }, ['/TARGET_NAMESPACE target']],
    [{ TARGET_RESOURCE: 'shop/Deployment/web' }, ['/TARGET_RESOURCE target']],
    [{ TARGET_RESOURCE_KIND: 'Unknown' }, ['/TARGET_RESOURCE_KIND target']],
    [{ TARGET_RESOURCE_KIND: 'deployment', TARGET_RESOURCE: 'shop/deployment/api' }, []],
  ])('%j against the target', (given, rules) => {
    expect(rulesOf(judge(facts, given, { target }))).toEqual(rules)
  })

  test.each([[5], [true], [['other']], [{ a: 1 }]])('%j names no other target either', value => {
    const declared: PipelineParam[] = [{ name: 'TARGET_RESOURCE_NAME', type: 'string', hasDefault: false }]
    const given = { TARGET_RESOURCE_NAME: value }
    expect(rulesOf(judge({ parameters: [] }, given, { target, declared }))).toEqual([
      '/TARGET_RESOURCE_NAME target',
    ])
  })

  test('a number that is the name of the target agrees', () => {
    const numbered = { ...target, name: '5' }
    expect(judge(facts, { TARGET_RESOURCE_NAME: 5 }, { target: numbered })).toMatchObject({ ok: true })
  })

  test.each([
    [
      { TARGET_RESOURCE: 'kube-system/Deployment/coredns', TARGET_NAMESPACE: 'shop' },
      '/TARGET_RESOURCE target',
    ],
    [{ TARGET_RESOURCE: 'shop/Deployment/web', TARGET_RESOURCE_NAME: 'api' }, '/TARGET_RESOURCE target'],
    [
      { TARGET_RESOURCE: 'shop/Deployment/web', TARGET_RESOURCE_KIND: 'StatefulSet' },
      '/TARGET_RESOURCE target',
    ],
  ])('%j name two targets where the analysis names none', (given, rule) => {
    expect(rulesOf(judge(facts, given))).toEqual([rule])
  })

  test('names of one target agree where the analysis names none', () => {
    const one = { TARGET_RESOURCE: 'shop/deployment/web', TARGET_RESOURCE_KIND: 'Deployment' }
    expect(judge(facts, { ...one, TARGET_NAMESPACE: 'shop' })).toMatchObject({ ok: true })
  })

  test('a cluster-scoped target has no namespace, so an empty one agrees and a named one does not', () => {
    const node = { kind: 'Node', name: 'n' }
    expect(judge(facts, { TARGET_NAMESPACE: '' }, { target: node })).toMatchObject({
      ok: true,
      values: { TARGET_RESOURCE: 'Node/n', TARGET_NAMESPACE: '' },
    })
    expect(rulesOf(judge(facts, { TARGET_NAMESPACE: 'shop' }, { target: node }))).toEqual([
      '/TARGET_NAMESPACE target',
    ])
  })

  test('a default never stands in for a fact', () => {
    const source = {
      parameters: [{ name: 'TARGET_RESOURCE', required: true, default: 'test/deployment/hello' }],
    }
    expect(judge(source, {}, { target })).toMatchObject({
      values: { TARGET_RESOURCE: 'shop/Deployment/api' },
      defaulted: [],
    })
    expect(judge(source, {})).toMatchObject({
      values: { TARGET_RESOURCE: 'test/deployment/hello' },
      defaulted: ['TARGET_RESOURCE'],
    })
  })
})
