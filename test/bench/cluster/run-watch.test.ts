// The watch of the bench: what it must not miss is what would be counted as lost.

import { afterEach, beforeEach, expect, it } from 'vitest'
import { watchRuns } from '../../../bench/cluster/run-watch.ts'
import { type Api, startApi } from '../../shared/kubernetes/kit.ts'

let api: Api
/** What each watch is answered with, one after the other; the last one stays open. */
let watches: readonly string[][]

beforeEach(async () => {
  api = await startApi()
  let begun = 0
  api.answer = ({ path }, response) => {
    if (!path.includes('watch=true'))
      return void response.end(JSON.stringify({ metadata: { resourceVersion: '7' }, items: [] }))
    const lines = watches[begun++] ?? []
    response.write(lines.join(''))
    if (begun < watches.length) response.end()
  }
})
afterEach(() => api.close())

function line(type: string, uid: string, version: string, labels: object = { id: uid }): string {
  const metadata = { name: uid, uid, resourceVersion: version, labels }
  return `${JSON.stringify({ type, object: { metadata } })}\n`
}

const PATIENCE_MS = 5_000

it('sees what is added from when it began, by its label', async () => {
  watches = [[line('ADDED', 'a', '8'), line('MODIFIED', 'a', '9'), line('ADDED', 'b', '10', {})]]
  const watch = await watchRuns(api.kubernetes, 'bench')
  await watch.until(() => watch.sightings('id').length === 1, PATIENCE_MS)
  expect(watch.sightings('id')).toEqual([{ key: 'a', uid: 'a', at: expect.any(Number) }])
  expect(watch.first('id')?.metadata.name).toBe('a')
  expect(api.asked.at(-1)?.path).toContain('resourceVersion=7&')
  watch.stop()
})

it('is taken up where the API server ended it', async () => {
  watches = [[line('ADDED', 'a', '8'), line('MODIFIED', 'a', '9')], [line('ADDED', 'b', '10')]]
  const watch = await watchRuns(api.kubernetes, 'bench')
  await watch.until(() => watch.sightings('id').length === 2, PATIENCE_MS)
  expect(watch.sightings('id').map(({ key }) => key)).toEqual(['a', 'b'])
  expect(api.asked.at(-1)?.path).toContain('resourceVersion=9&')
  watch.stop()
})

it('breaks when the version is gone, instead of counting what it missed as lost', async () => {
  const status = { code: 410, reason: 'Expired', message: 'too old resource version' }
  watches = [[line('ADDED', 'a', '8'), `${JSON.stringify({ type: 'ERROR', object: status })}\n`]]
  const watch = await watchRuns(api.kubernetes, 'bench')
  await expect(watch.until(() => false, PATIENCE_MS)).rejects.toThrow('too old resource version')
})

it('gives up when patience ends, and not before', async () => {
  watches = [[]]
  const watch = await watchRuns(api.kubernetes, 'bench')
  const began = performance.now()
  await watch.until(() => false, 50)
  // A timer may fire a fraction of a millisecond early.
  expect(performance.now() - began).toBeGreaterThan(48)
  watch.stop()
})
