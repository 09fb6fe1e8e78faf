// The ApiServerSource when the sink or the watch breaks.

import { afterEach, describe, expect, it } from 'vitest'
import { closeAll, playbook, start, until } from './apiserver.stage.ts'

afterEach(closeAll)

describe('when things break', () => {
  it('one event waits for the one before, and quick retries end in a loss', async () => {
    const { api, sink, errors, waits } = await start({}, { respond: count => (count <= 6 ? 503 : 202) })
    api.send('playbooks', { type: 'ADDED', object: playbook('101') })
    api.send('playbooks', { type: 'MODIFIED', object: playbook('102') })
    const received = await sink.waitFor(7)
    expect(received.map(({ event }) => event.type.split('.').at(-1))).toStrictEqual([
      ...Array.from({ length: 6 }, () => 'add'),
      'update',
    ])
    expect(waits).toStrictEqual([100, 200, 400, 800, 1600])
    expect(errors).toStrictEqual([expect.stringMatching(/lost dev\.knative\.apiserver\.resource\.add .*503/)])
  })

  it('500, which a Broker answers when it lost an event, is not tried again', async () => {
    const { api, sink, errors } = await start({}, { respond: () => 500 })
    api.send('playbooks', { type: 'ADDED', object: playbook('101') })
    await until(() => errors.length === 1)
    expect(sink.received).toHaveLength(1)
  })

  it('a watch that ends goes on from the last version', async () => {
    const { api, sink } = await start({})
    api.send('playbooks', { type: 'ADDED', object: playbook('107') })
    await sink.waitFor(1)
    api.endWatches()
    await until(
      () => api.requests.at(-1)?.includes('resourceVersion=107') === true && api.openWatches() === 1,
    )
    api.send('playbooks', { type: 'MODIFIED', object: playbook('108') })
    expect(await sink.waitFor(2)).toHaveLength(2)
  })

  it('410, in the stream or instead of it, lists again and tells nobody', async () => {
    const { api, sink, errors } = await start({})
    const lists = () => api.requests.filter(path => path.includes('limit=1')).length
    api.refuse(410)
    api.send('playbooks', { type: 'ERROR', object: { code: 410, message: 'too old' } })
    await until(() => lists() === 3 && api.openWatches() === 1)
    api.send('playbooks', { type: 'ADDED', object: playbook('101') })
    await sink.waitFor(1)
    expect(errors).toStrictEqual([])
  })

  it('another error is told, waited out, and the watch goes on', async () => {
    const { api, sink, errors, waits } = await start({})
    api.refuse(503)
    api.send('playbooks', { type: 'ERROR', object: { code: 500, message: 'etcd is tired' } })
    await until(() => errors.length === 2 && api.openWatches() === 1)
    api.send('playbooks', { type: 'ADDED', object: playbook('101') })
    await sink.waitFor(1)
    expect(errors[0]).toContain('etcd is tired')
    expect(errors[1]).toContain('answered 503')
    expect(waits).toStrictEqual([800, 800])
  })

  it('a server that ends every watch at once is not asked again at once', async () => {
    const { api, waits } = await start({})
    api.endWatches()
    await until(() => waits.length === 1 && api.openWatches() === 1)
    expect(waits).toStrictEqual([800])
  })
})
