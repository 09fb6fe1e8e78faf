// The ApiServerSource: what it sends, and where it watches.

import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { guessPlural } from '../../../local/sources/apiserver-events.ts'
import { closeAll, PLAYBOOKS, playbook, start } from './apiserver.stage.ts'

afterEach(closeAll)

describe('what it sends', () => {
  it('is what the real adapter sends for the same object', async () => {
    const file = new URL('../../data/events/knative.apiserver.resource.add.json', import.meta.url)
    const { headers, body } = JSON.parse(readFileSync(file, 'utf8'))
    const { api, sink } = await start({
      resources: [{ apiVersion: 'playbook.kubernaut.io/v1alpha1', kind: 'Playbook' }],
      namespaceSelector: {},
    })
    api.send('playbooks', { type: 'ADDED', object: body })
    const [got] = await sink.waitFor(1)
    const sent = got?.headers ?? {}
    for (const name of Object.keys(headers).filter(name => !/^prefer$|arrivaltime$/.test(name)))
      expect(Object.keys(sent)).toContain(name)
    for (const name of ['apiversion', 'kind', 'name', 'namespace', 'subject', 'type', 'specversion'])
      expect(sent[`ce-${name}`]).toBe(headers[`ce-${name}`])
    expect(sent['ce-source']).toBe(api.url)
    expect(sent['ce-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
    expect(sent['content-type']).toBe('application/json')
    expect(got?.event.data).toStrictEqual(body)
  })

  it.each([
    ['ADDED', 'add'],
    ['MODIFIED', 'update'],
    ['DELETED', 'delete'],
  ])('%s is resource.%s', async (type, verb) => {
    const { api, sink } = await start({})
    api.send('playbooks', { type, object: playbook('101') })
    const [got] = await sink.waitFor(1)
    expect(got?.event).toMatchObject({
      type: `dev.knative.apiserver.resource.${verb}`,
      subject: '/apis/playbook.kubernaut.io/v1alpha1/namespaces/ns/playbooks/drain',
    })
  })

  it('is a reference in Reference mode, which is the default', async () => {
    const { api, sink } = await start({ mode: 'Reference' })
    api.send('playbooks', { type: 'ADDED', object: playbook('101') })
    const [got] = await sink.waitFor(1)
    expect(got?.event.type).toBe('dev.knative.apiserver.ref.add')
    expect(got?.event.data).toStrictEqual({ ...PLAYBOOKS, name: 'drain', namespace: 'ns' })
  })

  it('is nothing for bookmarks and for objects without the wanted owner', async () => {
    const { api, sink } = await start({ owner: { kind: 'Team' } })
    const owner = (kind: string, controller: boolean) => ({
      ownerReferences: [{ apiVersion: 'x/v1', kind, controller }],
    })
    api.send('playbooks', { type: 'BOOKMARK', object: playbook('101') })
    api.send('playbooks', { type: 'ADDED', object: playbook('102') })
    api.send('playbooks', { type: 'ADDED', object: playbook('103', owner('Team', false)) })
    api.send('playbooks', { type: 'ADDED', object: playbook('104', owner('Team', true)) })
    const [first] = await sink.waitFor(1)
    expect(first?.event.data).toMatchObject({ metadata: { resourceVersion: '104' } })
  })
})

describe('where it watches', () => {
  it('its own namespace, from the list’s version, with the selector', async () => {
    const selector = {
      matchLabels: { a: 'b' },
      matchExpressions: [
        { key: 'c', operator: 'In' as const, values: ['d', 'e'] },
        { key: 'f', operator: 'DoesNotExist' as const },
      ],
    }
    const { api } = await start({ resources: [{ ...PLAYBOOKS, selector }] })
    const watch = new URL(api.requests.at(-1) ?? '', 'http://api')
    expect(watch.pathname).toBe('/apis/playbook.kubernaut.io/v1alpha1/namespaces/ns/playbooks')
    expect(watch.searchParams.get('resourceVersion')).toBe('100')
    expect(watch.searchParams.get('labelSelector')).toBe('a=b,c in (d,e),!f')
  })

  it('the whole cluster for an empty namespaceSelector, and for what has no namespace', async () => {
    const resources = [PLAYBOOKS, { apiVersion: 'v1', kind: 'Node' }]
    const { api } = await start({ resources, namespaceSelector: {} })
    const paths = api.requests.filter(path => path.includes('watch=true')).map(path => path.split('?')[0])
    expect(paths.toSorted()).toStrictEqual([
      '/api/v1/nodes',
      '/apis/playbook.kubernaut.io/v1alpha1/playbooks',
    ])
  })

  it('each namespace that the selector finds', async () => {
    const { api } = await start({ namespaceSelector: { matchLabels: { team: 'yes' } } })
    expect(api.requests).toContain('/api/v1/namespaces?labelSelector=team%3Dyes')
    expect(api.openWatches()).toBe(2)
  })

  it('skips a kind that is not served, and says so', async () => {
    const { errors, api } = await start({ resources: [{ apiVersion: 'v1', kind: 'Policy' }, PLAYBOOKS] })
    expect(errors).toStrictEqual([expect.stringContaining('v1 has no policies')])
    expect(api.openWatches()).toBe(1)
  })

  it.each([
    ['Playbook', 'playbooks'],
    ['Policy', 'policies'],
    ['Ingress', 'ingresses'],
    ['Endpoints', 'endpoints'],
  ])('the plural of %s is %s', (kind, plural) => {
    expect(guessPlural(kind)).toBe(plural)
  })
})
