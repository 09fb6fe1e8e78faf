// The journey of a playbook that is a container image: registered, run, migrated to a bundle, run again, taken back.

import { beforeAll, describe, expect, test } from 'vitest'
import { playbooks } from '../../shared/kubernetes/resources.ts'
import { valuesOf } from '../../shared/remediation/describe.ts'
import { endingOf, type PipelineRun } from '../../shared/remediation/marks.ts'
import { analysisOf, type Place, readyPlaybook, toldRun } from './looks.ts'
import { SCHEMA } from './playbooks.ts'
import { sendAnalysis } from './stage.ts'

export interface ImagePlace extends Place {
  /** An image that writes its environment, as `name=value` lines. */
  readonly image: string
  /** `playbook` with these words, as an operator calls it; answers what it writes. */
  readonly say: (...words: string[]) => Promise<string>
  /** What the run's containers wrote, where containers run. */
  readonly logOf?: (run: PipelineRun) => string
}

type EndedRun = PipelineRun & { readonly status: { readonly pipelineSpec: object } }

function applyPlaybook({ stage, namespace, image }: ImagePlace, version: string): Promise<void> {
  return stage.apply({
    apiVersion: 'playbook.kubernaut.io/v1alpha1',
    kind: 'Playbook',
    metadata: { name: 'contained', namespace },
    spec: { image, version, parameters: SCHEMA, cooldown: '0s' },
  } as never)
}

async function remediate(place: ImagePlace, id: string): Promise<EndedRun> {
  const event = analysisOf(place, { id, playbook: 'contained', target: 'contained', replicas: 2 })
  await sendAnalysis(place.stage, event)
  return (await toldRun(place, event)) as EndedRun
}

export function defineImageJourney(open: () => Promise<ImagePlace>): void {
  describe('a playbook that is an image', () => {
    let place: ImagePlace
    let inline: EndedRun

    beforeAll(async () => {
      place = await open()
      await applyPlaybook(place, '1.0.0')
    })

    test('becomes Ready, pinned to its digest', async () => {
      const release = await readyPlaybook(place, 'contained', '1.0.0')
      expect(release).toMatchObject({ schemaCarrier: 'playbook', pipeline: 'contained' })
      expect(release.image).toMatch(/@sha256:[0-9a-f]{64}$/)
    })

    const VALUES = { TARGET_RESOURCE_NAME: 'contained', SCALE_TARGET_REPLICAS: '2' }

    function expectEnvironment(run: PipelineRun): void {
      const values = valuesOf(run)
      expect(values).toMatchObject(VALUES)
      const lines = place.logOf?.(run).split('\n')
      if (lines === undefined) return
      for (const [name, value] of Object.entries(values)) expect(lines).toContain(`${name}=${value}`)
    }

    test('its run carries the Pipeline, and the parameters are the environment of the container', async () => {
      inline = await remediate(place, 'inline')
      expect(endingOf(inline)).toMatchObject({ finish: 'succeeded' })
      expect(inline.spec).toHaveProperty('pipelineSpec')
      expectEnvironment(inline)
    })

    test('migrated, it keeps its digest, and its run comes from the bundle and does the same', async () => {
      const before = await readyPlaybook(place, 'contained', '1.0.0')
      const repository = `${place.stage.registry}/${place.namespace}/contained-playbook`
      const said = await place.say('migrate', 'contained', '--to', repository)
      expect(said).toContain(`1.0.0 is registered as ${before.digest}`)
      const bundled = await remediate(place, 'bundled')
      expect(endingOf(bundled)).toMatchObject({ finish: 'succeeded' })
      expect(bundled.spec).toHaveProperty('pipelineRef')
      expect(bundled.status.pipelineSpec).toEqual(inline.status.pipelineSpec)
      expectEnvironment(bundled)
    })

    test('a newer version is taken back to it', async () => {
      const { digest } = await readyPlaybook(place, 'contained', '1.0.0')
      const newer = { bundle: null, image: place.image, version: '1.1.0', parameters: SCHEMA }
      const { kubernetes } = place.stage
      const key = { namespace: place.namespace, name: 'contained' }
      await kubernetes.patch(playbooks, key, { spec: newer })
      await readyPlaybook(place, 'contained', '1.1.0')
      expect(await place.say('rollback', 'contained')).toContain(`1.0.0 is registered as ${digest}`)
      expect((await readyPlaybook(place, 'contained', '1.0.0')).digest).toBe(digest)
    })
  })
}
