// Beside Tekton's own resolvers, whose change of leader fails requests that are not theirs (tektoncd/pipeline#10484).

import { expect, test } from 'vitest'
import { resolve } from '../../../functions/resolve/index.ts'
import { isUsurped } from '../../../functions/resolve/usurped.ts'
import { resolutionRequests } from '../../../shared/kubernetes/resources.ts'
import { type ResolutionRequest, succeededCondition, TYPE_LABEL } from '../../../shared/resolution/request.ts'
import { OUR_MARK } from '../../../shared/resolution/status.ts'
import { changed } from '../../kit/events.ts'
import { registered } from '../../kit/playbooks.ts'
import type { Stage } from '../../kit/stage.ts'
import { until } from '../../kit/until.ts'
import { answered, ask, dataOf, failureOf, look, startResolving } from './kit.ts'

/** What the bundles resolver of Tekton 1.15.0 does to a request for a playbook that its new leader hands it. */
async function usurp(stage: Stage, request: ResolutionRequest): Promise<void> {
  const { namespace, name } = request.metadata
  const message = `invalid resource request "${namespace}/${name}": parameter "bundle" required`
  const conditions = [{ type: 'Succeeded', status: 'False', reason: 'ResolutionFailed', message }]
  const latest = await look(stage, request)
  const status = { data: '', refSource: null, source: null, ...latest.status, conditions }
  await stage.kubernetes.replace(resolutionRequests, { ...latest, status } as ResolutionRequest, 'status')
}

test.each(['before anybody began', 'while it is fetched', 'after it was answered'])(
  'a request for a playbook that is failed by the wrong resolver %s is resolved all the same',
  async when => {
    await using resolving = await startResolving({ env: { RESOLVERS: 'playbook' } })
    const { stage } = resolving
    await registered(stage, 'scale')
    const gate = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const fetch: typeof globalThis.fetch = async (input, init) => {
      begun.resolve()
      await gate.promise
      return globalThis.fetch(input, init)
    }
    const services = stage.replica({ fetch })
    const handler = resolve.create(services)
    await handler.warm?.()
    const request = await ask(stage, { type: 'playbook', params: { name: 'scale' } })

    if (when === 'before anybody began') await usurp(stage, request)
    else await handler(changed(request))
    await begun.promise
    if (when === 'while it is fetched') await usurp(stage, request)
    gate.resolve()
    if (when === 'after it was answered') {
      await until('data', async () => dataOf(await look(stage, request)) !== '')
      await usurp(stage, request)
    }

    const done = await until('data and no failure', async () => {
      const now = await look(stage, request)
      return dataOf(now) !== '' && succeededCondition(now)?.status !== 'False' && now
    })
    expect(dataOf(done)).toContain('"Pipeline"')
  },
)

test('a failure that is ours stays', async () => {
  await using resolving = await startResolving({ env: { RESOLVERS: 'playbook' } })
  await resolving.handler.warm?.()
  const request = await answered(resolving, { type: 'playbook', params: { name: 'absent' } })
  expect(failureOf(request).message).toContain('No playbook is registered as "absent"')
  expect(isUsurped(request)).toBe(false)
})

const failed = { conditions: [{ type: 'Succeeded', status: 'False', reason: 'ResolutionFailed' }] } as const

test.each<[string, string, ResolutionRequest['status'], boolean]>([
  ['failed by others', 'playbook', failed, true],
  ['failed by us', 'playbook', { ...failed, annotations: { [OUR_MARK]: 'resolve' } }, false],
  ['of a type that Tekton has too', 'bundles', failed, false],
  ['of nobody', 'svn', failed, false],
  [
    'that took too long',
    'playbook',
    { conditions: [{ ...failed.conditions[0], reason: 'ResolutionTimedOut' }] },
    false,
  ],
  ['that goes on', 'playbook', { conditions: [{ type: 'Succeeded', status: 'Unknown' }] }, false],
  ['that is new', 'playbook', undefined, false],
])('a request %s: %#', (_, type, status, expected) => {
  const metadata = { name: 'a', labels: { [TYPE_LABEL]: type } }
  expect(isUsurped({ metadata, ...(status && { status }) })).toBe(expected)
})
