// Tekton Triggers' side: its EventListeners, created in the bench's namespace and awaited.

import { type Conditioned, conditionOf } from '../../scripts/deploy/kinds.ts'
import { waitFor } from '../../scripts/deploy/waiting.ts'
import { createAll, readObjects, resourceOf } from './objects.ts'
import { addressOf, PLAYBOOK, type Place } from './place.ts'
import { type Side, theirs } from './sides.ts'

export interface Listeners extends AsyncDisposable {
  /** As Triggers ships it: 5 requests per second to the API server. */
  readonly shipped: Side
  /** The same with that limit raised. */
  readonly raised: Side
}

const PORT = 8080
const LISTENER = resourceOf('triggers.tekton.dev/v1beta1', 'EventListener')

async function sideOf({ kubernetes, namespace }: Place, name: string): Promise<Side> {
  await waitFor(`the EventListener ${name} to be Available`, async () => {
    const listener = await kubernetes.get<Conditioned>(LISTENER, { namespace, name })
    return listener !== undefined && conditionOf(listener, 'Available')?.status === 'True'
  })
  const address = await addressOf(kubernetes, namespace, `el-${name}`)
  const url = `http://${address}:${PORT}/`
  // Available comes before the Service leads there.
  await waitFor(`the EventListener ${name} to listen`, () =>
    fetch(`${url}live`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  return theirs(name, url)
}

/** Creates both; they make the runs that ours makes: the same bundle by digest, the same parameters. */
export async function createListeners(place: Place): Promise<Listeners> {
  const { kubernetes, namespace, release } = place
  const blanks = { '<namespace>': namespace, '<bundle>': release.bundle ?? '', '<pipeline>': PLAYBOOK }
  await createAll(kubernetes, await readObjects('event-listener.yaml', blanks))
  const [shipped, raised] = [await sideOf(place, 'shipped'), await sideOf(place, 'raised')]
  return {
    shipped,
    raised,
    async [Symbol.asyncDispose]() {
      await Promise.all([shipped.close(), raised.close()])
    },
  }
}
