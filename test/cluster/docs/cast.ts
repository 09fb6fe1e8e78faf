// Who appears in the documentation: the playbooks `restart` and `scale`, runs that wait, run or have ended, a dead letter.

import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deadLetterOf } from '../../../shared/deadletters/dead-letter.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { configMaps } from '../../../shared/kubernetes/resources.ts'
import { ANNOTATION, isPending } from '../../../shared/remediation/marks.ts'
import { blocksOf } from '../../docs/markdown.ts'
import { existingRun, type Place, readyPlaybook, toldRun } from '../../journeys/looks.ts'
import { eventually } from '../../journeys/stage.ts'
import { setting, testImage } from '../cluster.ts'
import { kubectl } from '../kubectl.ts'
import type { Reader } from '../reader.ts'
import { SYSTEM } from '../stage.ts'

export interface Cast {
  /** A run that waits for a person; its target is a ServiceAccount, which functions may not read. */
  readonly waiting: () => Promise<string>
  /** A run that a person has let go. */
  readonly started: () => Promise<string>
  /** A run that has ended, of the first version; what was sent is in `analysis.json`, its receipt in `receipt.json`. */
  readonly ended: string
  /** Lets `restart` be at 1.3.0, with 1.2.0 before. */
  readonly later: () => Promise<void>
  /** Lets the image playbook of docs/concepts.md be there. */
  readonly scale: () => Promise<void>
  /** The name of a dead letter that can be replayed. */
  readonly letter: () => Promise<string>
}

export async function gather(place: Place, reader: Reader): Promise<Cast> {
  const { stage, namespace } = place
  const registry = `${setting('REGISTRY')}/${namespace}/registry`
  const { paste, cwd } = reader

  async function publish(version: string): Promise<void> {
    await paste(`cp -r restart restart-${version}
      sed -i 's/1\\.0\\.0/${version}/' restart-${version}/*.yaml
      playbook push restart-${version} ${registry}/restart:v${version}
      playbook register restart-${version} -n ${namespace}`)
  }

  let targets = 0
  async function waitingEvent(): Promise<CloudEvent> {
    const name = `target-${++targets}`
    kubectl(['-n', namespace, 'create', 'serviceaccount', name])
    const event = {
      specversion: '1.0',
      id: name,
      source: `/documentation/${namespace}`,
      type: TYPE.analysisCompleted,
      datacontenttype: 'application/json',
      data: {
        root_cause_analysis: { remediation_target: { kind: 'ServiceAccount', name, namespace } },
        selected_workflow: {
          workflow_id: `${namespace}/restart`,
          confidence: 0.95,
          parameters: { TARGET_NAMESPACE: namespace, TARGET_RESOURCE_NAME: name },
        },
      },
    } as CloudEvent
    await stage.send(event)
    await eventually('the run to wait', async () => isPending(await existingRun(place, event)) || undefined)
    return event
  }
  const runNameOf = async (event: CloudEvent) => (await existingRun(place, event)).metadata.name

  async function started(): Promise<CloudEvent> {
    const event = await waitingEvent()
    await paste(`playbook approve ${namespace}/${await runNameOf(event)}`)
    return event
  }

  for (const name of ['web', 'api'])
    kubectl(['-n', namespace, 'create', 'deployment', name, '--image', testImage(), '--', 'sleep', '3600'])
  const params = ['TARGET_NAMESPACE', 'TARGET_RESOURCE_NAME', 'REPLICAS:integer=1'].map(
    each => `--param ${each}`,
  )
  await paste(`playbook init restart --image ${testImage()} ${params.join(' ')} --repository ${registry}
    sed -i '/^  approval:/d' restart/playbook.yaml
    playbook push restart ${registry}/restart:v1.0.0
    playbook register restart -n ${namespace}
    playbook pack restart --to bundle.tar
    COSIGN_PASSWORD=secret cosign generate-key-pair`)
  const event = await started()
  const run = await toldRun(place, event)
  const receipt = run.metadata.annotations?.[ANNOTATION.receipt] ?? ''
  await writeFile(join(cwd, 'analysis.json'), JSON.stringify(event))
  await writeFile(join(cwd, 'receipt.json'), receipt)

  let isLater = false
  return {
    ended: run.metadata.name,
    waiting: async () => runNameOf(await waitingEvent()),
    started: async () => runNameOf(await started()),
    async later() {
      if (!isLater) await publish('1.2.0')
      isLater = true
      await paste(`rm -rf restart-1.3.0`)
      await publish('1.3.0')
    },
    async scale() {
      const [block] = blocksOf('docs/concepts.md').filter(({ text }) => text.includes('image:'))
      const digest = (await paste(`crane digest ${testImage()}`)).trim()
      const image = `${testImage().replace(/:[^:/]+$/, '')}@${digest}`
      const text = (block?.text ?? '')
        .replace(/image: \S+/, `image: ${image}`)
        .replace('namespace: remediation', `namespace: ${namespace}`)
      kubectl(['apply', '-f', '-'], text)
      await readyPlaybook(place, 'scale')
    },
    async letter() {
      const id = `letter-${randomBytes(4).toString('hex')}`
      const event = { specversion: '1.0', id, source: '/documentation', type: 'com.example.nobody' }
      const letter = deadLetterOf(event as CloudEvent, SYSTEM)
      await stage.kubernetes.create(configMaps, letter)
      return letter.metadata.name
    },
  }
}
