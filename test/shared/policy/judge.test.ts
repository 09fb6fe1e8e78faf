// What a policy says of a case: the defaults, the rules in their order, and what makes either stricter.

import { describe, expect, test } from 'vitest'
import { type Given, policy, ruling, WITHOUT } from './kit.ts'

type Row = [what: string, given: Given, verdict: string, rule: string]

test.each<Row>([
  ['much confidence', { confidence: 0.95 }, 'allow', 'default/confidence'],
  ['just enough', { confidence: 0.8 }, 'allow', 'default/confidence'],
  ['certainty', { confidence: 1 }, 'allow', 'default/confidence'],
  ['a little less', { confidence: 0.79 }, 'approve', 'default/confidence'],
  ['just enough to ask', { confidence: 0.7 }, 'approve', 'default/confidence'],
  ['too little to ask', { confidence: 0.69 }, 'deny', 'default/confidence'],
  ['no confidence at all', { confidence: 0 }, 'deny', 'default/confidence'],
  ['none given', { confidence: null }, 'approve', 'default/no-confidence'],
  ['kube-system', { namespace: 'kube-system' }, 'deny', 'default/protected-namespace'],
  ['kube-public', { namespace: 'kube-public' }, 'deny', 'default/protected-namespace'],
  ['knative-eventing', { namespace: 'knative-eventing' }, 'deny', 'default/protected-namespace'],
  ['tekton-pipelines', { namespace: 'tekton-pipelines' }, 'deny', 'default/protected-namespace'],
  ['our own namespace', { namespace: 'our-own' }, 'deny', 'default/protected-namespace'],
  ['a namespace that only begins alike', { namespace: 'kubernetes-apps' }, 'allow', 'default/confidence'],
  [
    'the Namespace kube-system itself',
    { kind: 'Namespace', name: 'kube-system', namespace: undefined },
    'deny',
    'default/protected-namespace',
  ],
  ['a node', { kind: 'Node', namespace: undefined }, 'approve', 'default/cluster-scoped'],
  ['a node with a namespace', { kind: 'nodes', namespace: 'shop' }, 'approve', 'default/cluster-scoped'],
  ['a PersistentVolume', { kind: 'pv', namespace: undefined }, 'approve', 'default/cluster-scoped'],
  ['a Deployment without a namespace', { namespace: undefined }, 'approve', 'default/cluster-scoped'],
  ['a node, and little confidence', { kind: 'Node', confidence: 0.3 }, 'deny', 'default/confidence'],
  ['a node, and no confidence', { kind: 'Node', confidence: null }, 'approve', 'default/cluster-scoped'],
])('without a policy, %s: %#', (_, given, verdict, rule) => {
  expect(ruling(WITHOUT, given)).toMatchObject({ version: 'default', verdict, rule })
})

const RULES = policy(`
rules:
  - name: frozen
    match: { namespaces: [payments, 'bank-*'] }
    then: deny
    reason: The payments are frozen.
  - name: databases
    match: { kinds: [StatefulSet, pvcs] }
    then: approve
    reason: Data is at stake.
  - name: critical
    match: { severities: [critical, 'p1*'], namespaces: shop }
    then: approve
    reason: Somebody should look.
  - name: drains
    match: { playbook: 'drain-*' }
    then: allow
  - name: tenant
    match: { playbook: sre/restart }
    then: allow
  - name: team
    match: { labels: { team: [web, 'front-*'], tier: '*' } }
    then: allow
  - name: far
    match: { namespaces: '*-eu-*-prod' }
    then: deny
    reason: Not in production.
  - name: node-any
    match: { kinds: 'n*de' }
    then: allow
`)

describe('the first rule that matches decides:', () => {
  test.each<Row>([
    ['a namespace', { namespace: 'payments' }, 'deny', 'frozen'],
    ['a namespace by a glob', { namespace: 'bank-7' }, 'deny', 'frozen'],
    ['not the namespace without its end', { namespace: 'bank' }, 'allow', 'default/confidence'],
    ['whatever the confidence', { namespace: 'payments', confidence: 1 }, 'deny', 'frozen'],
    ['a kind', { kind: 'StatefulSet' }, 'approve', 'databases'],
    ['a kind in the plural', { kind: 'statefulsets.apps' }, 'approve', 'databases'],
    ['a kind by a short name', { kind: 'PersistentVolumeClaim' }, 'approve', 'databases'],
    ['the earlier of two', { kind: 'StatefulSet', namespace: 'bank-1' }, 'deny', 'frozen'],
    ['a severity', { severity: 'critical' }, 'approve', 'critical'],
    ['a severity by a glob', { severity: 'p1 - major' }, 'approve', 'critical'],
    ['another severity', { severity: 'low' }, 'allow', 'default/confidence'],
    ['no severity', {}, 'allow', 'default/confidence'],
    [
      'all parts of a match, not one',
      { severity: 'critical', namespace: 'x' },
      'allow',
      'default/confidence',
    ],
    ['a playbook by a glob', { playbook: 'drain-node', confidence: 0.1 }, 'allow', 'drains'],
    ['a playbook with its namespace', { playbook: 'restart', confidence: 0.1 }, 'allow', 'tenant'],
    ['labels', { labels: { team: ['web'], tier: ['1'] }, confidence: null }, 'allow', 'team'],
    [
      'any value of a label',
      { labels: { team: ['x', 'front-a'], tier: ['1'] }, confidence: 0 },
      'allow',
      'team',
    ],
    ['every label, not one', { labels: { team: ['web'] } }, 'allow', 'default/confidence'],
    ['a glob with several stars', { namespace: 'shop-eu-west-prod' }, 'deny', 'far'],
    ['and not its parts in another order', { namespace: 'shop-prod-eu-' }, 'allow', 'default/confidence'],
    ['and not parts that overlap', { namespace: 'shop-eu-prod' }, 'allow', 'default/confidence'],
    ['a rule above the default for nodes', { kind: 'Node', namespace: undefined }, 'allow', 'node-any'],
    [
      'no rule above a protected namespace',
      { namespace: 'kube-system', playbook: 'drain-x' },
      'deny',
      'default/protected-namespace',
    ],
  ])('%s: %#', (_, given, verdict, rule) => {
    expect(ruling(RULES, given)).toMatchObject({ verdict, rule })
  })

  test('a namespace rule never fits a target without one', () => {
    const anywhere = policy(`rules: [{ name: all, match: { namespaces: '*' }, then: allow }]`)
    expect(ruling(anywhere, { kind: 'Node', namespace: undefined }).rule).toBe('default/cluster-scoped')
    expect(ruling(anywhere, { confidence: 0 }).rule).toBe('all')
  })

  test('its reason is told, or who allowed', () => {
    expect(ruling(RULES, { namespace: 'payments' }).reason).toBe('The payments are frozen.')
    expect(ruling(RULES, { playbook: 'drain-x' }).reason).toBe('Rule drains allows it.')
  })
})

function when(expression: string): ReturnType<typeof policy> {
  return policy(`rules: [{ name: r, when: ${JSON.stringify(expression)}, then: approve, reason: Look. }]`)
}

const live = {
  metadata: { name: 'web', namespace: 'shop', labels: { tier: 'gold', 'a/b': 'c' } },
  spec: {
    replicas: 3,
    template: {
      spec: {
        containers: [
          { name: 'a', image: 'x:1' },
          { name: 'b', image: 'y:2' },
        ],
      },
    },
  },
}

describe('an expression', () => {
  test.each<[expression: string, given: Given, rule: string]>([
    ['analysis.confidence < 0.95', {}, 'r'],
    ['analysis.confidence > 0.95', {}, 'default/confidence'],
    ['analysis.severity in ["high", "critical"]', { severity: 'high' }, 'r'],
    ['has(analysis.severity)', {}, 'default/confidence'],
    ['!has(analysis.confidence)', { confidence: null }, 'r'],
    ['analysis.?severity.orValue("none") == "none"', {}, 'r'],
    ['int(parameters.REPLICAS) > 5', { parameters: { REPLICAS: '6' } }, 'r'],
    ['int(parameters.REPLICAS) > 5', { parameters: { REPLICAS: '5' } }, 'default/confidence'],
    ['parameters.?REPLICAS.orValue("0") == "0"', {}, 'r'],
    ['target.kind == "Deployment" && target.metadata.namespace == "shop"', {}, 'r'],
    ['target.metadata.labels["tier"] == "gold"', { live }, 'r'],
    ['"a/b" in target.metadata.labels', { live }, 'r'],
    ['target.spec.replicas * 2 == 6', { live }, 'r'],
    ['target.spec.replicas > int("2")', { live }, 'r'],
    ['target.spec.template.spec.containers.exists(c, c.image.startsWith("y:"))', { live }, 'r'],
    ['target.spec.template.spec.containers.all(c, c.name.size() == 1)', { live }, 'r'],
    ['target.spec.template.spec.containers.filter(c, c.name == "a").size() == 1', { live }, 'r'],
    ['target.metadata.name.matches("^w.b$")', {}, 'r'],
    ['playbook.name == "scale-down" && playbook.namespace == "sre"', {}, 'r'],
    ['"web" in playbook.labels.team', { labels: { team: ['web', 'app'] } }, 'r'],
    ['now.getDayOfWeek("Europe/Berlin") == 5', { now: '2026-01-30T12:00:00Z' }, 'r'],
    ['now.getHours() >= 22', { now: '2026-01-30T12:00:00Z' }, 'default/confidence'],
    ['false && analysis.nothing == 1', {}, 'default/confidence'],
    ['true || analysis.nothing == 1', {}, 'r'],
  ])('%s: %#', (expression, given, rule) => {
    expect(ruling(when(expression), given).rule).toBe(rule)
  })

  test.each<[expression: string, given: Given, why: RegExp]>([
    ['analysis.severity == "high"', {}, /No such key: severity/],
    ['target.spec.replicas > 2', {}, /No such key: spec/],
    ['int(parameters.REPLICAS) > 5', { parameters: { REPLICAS: 'many' } }, /./],
    ['1 / (target.spec.replicas - 3) == 1', { live }, /division by zero/],
    ['analysis.severity', { severity: 'high' }, /neither true nor false/],
    ['analysis.confidence', {}, /neither true nor false/],
    ['target.metadata.name.matches(parameters.P)', { parameters: { P: '(' } }, /./],
    ['now.getHours("Nowhere/At-All") > 1', {}, /time zone/],
    ['target.spec.template.spec.containers[7].name == "a"', { live }, /index/],
  ])('that fails denies, whatever the rule would say: %s', (expression, given, why) => {
    const { verdict, rule, reason } = ruling(when(expression), given)
    expect({ verdict, rule }).toEqual({ verdict: 'deny', rule: 'r' })
    expect(reason).toMatch(/^Rule r would approve, but its expression fails: /)
    expect(reason).toMatch(why)
  })

  test('of a rule that does not match is not evaluated', () => {
    const never = policy(`rules: [{ name: r, match: { kinds: Node }, when: analysis.nothing, then: allow }]`)
    expect(ruling(never).rule).toBe('default/confidence')
  })
})

describe('the settings change the defaults', () => {
  const strict = policy(`settings: { allowFrom: 0.99, approveFrom: 0.9, protectedNamespaces: [shop] }`)
  test.each<Row>([
    ['less than they ask', { confidence: 0.95, namespace: 'x' }, 'approve', 'default/confidence'],
    ['far less', { confidence: 0.89, namespace: 'x' }, 'deny', 'default/confidence'],
    ['a namespace that they protect', {}, 'deny', 'default/protected-namespace'],
    [
      'one that they no longer protect',
      { namespace: 'kube-system', confidence: 1 },
      'allow',
      'default/confidence',
    ],
    ['our own, which is always protected', { namespace: 'our-own' }, 'deny', 'default/protected-namespace'],
  ])('%s', (_, given, verdict, rule) => {
    expect(ruling(strict, given)).toMatchObject({ verdict, rule })
  })
})

describe('brakes only make it stricter', () => {
  const allows = policy(`rules: [{ name: yes, match: { kinds: Deployment }, then: allow }]`)
  test.each<[string, ReturnType<typeof policy>, Given, string, string]>([
    ['the analysis raises allow', WITHOUT, { brakes: { analysis: 'A.' } }, 'approve', 'A.'],
    ['also that of a rule', allows, { brakes: { analysis: 'A.' } }, 'approve', 'A.'],
    ['so does the playbook', allows, { brakes: { manual: 'M.' } }, 'approve', 'M.'],
    ['and a target that may not be read', allows, { brakes: { target: 'T.' } }, 'approve', 'T.'],
    ['policy: a default does not suffice', WITHOUT, { brakes: { unlessRuled: 'U.' } }, 'approve', 'U.'],
    ['policy: a rule does', allows, { brakes: { unlessRuled: 'U.' } }, 'allow', 'Rule yes allows it.'],
    ['all reasons are told', allows, { brakes: { analysis: 'A.', manual: 'M.' } }, 'approve', 'A. M.'],
    [
      'and that of the policy',
      WITHOUT,
      { confidence: null, brakes: { manual: 'M.' } },
      'approve',
      'M. The analysis gives no confidence.',
    ],
    [
      'none lifts a denial',
      WITHOUT,
      { confidence: 0, brakes: { analysis: 'A.' } },
      'deny',
      'The confidence, 0, is below 0.7. Look into it by hand.',
    ],
  ])('%s', (_, each, given, verdict, reason) => {
    expect(ruling(each, given)).toMatchObject({ verdict, reason })
  })
})

test('a closed policy denies everything, for its reason', () => {
  const closed = { ...WITHOUT, version: 'none', closed: 'It is broken.' }
  expect(ruling(closed, { confidence: 1 })).toEqual({
    version: 'none',
    rule: 'default/closed',
    verdict: 'deny',
    reason: 'It is broken.',
  })
})

test('protected namespaces in capitals are the same', () => {
  const text = 'settings: { protectedNamespaces: [Prod-*] }'
  expect(ruling(policy(text), { namespace: 'prod-eu' })).toMatchObject({ verdict: 'deny' })
})
