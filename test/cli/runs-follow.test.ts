// `playbook logs --follow`, against an API server whose run goes on while it is looked at.

import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runCommand } from '../../cli/program.ts'
import { LABEL } from '../../shared/remediation/marks.ts'
import { until } from '../kit/until.ts'
import { type Api, startApi } from './api.ts'
import { shellOf } from './kit.ts'

const RUN = `rem-${'a'.repeat(40)}`

/** What there is to see; a test changes it as time would. */
interface Play {
  pending: boolean
  pods: { name: string; task: string; steps: readonly string[] }[]
  ending?: { status: string; reason: string; message: string }
  gone: boolean
  /** Logs that somebody follows, by pod and step; a step that is not here waits. */
  readonly begun: Set<string>
  readonly followers: Map<string, ServerResponse>
  readonly asked: string[]
}

let api: Api
let play: Play

function runNow(): object {
  const { pending, ending } = play
  const labels = { [LABEL.correlation]: 'a'.repeat(40), ...(pending ? { [LABEL.waiting]: 'approval' } : {}) }
  const spec = { params: [], ...(pending ? { status: 'PipelineRunPending' } : {}) }
  const conditions = ending === undefined ? [] : [{ type: 'Succeeded', ...ending }]
  return { metadata: { namespace: 'ours', name: RUN, labels }, spec, status: { conditions } }
}

function podsNow(): object {
  return {
    items: play.pods.map(({ name, task, steps }) => ({
      metadata: { name, labels: { 'tekton.dev/pipelineTask': task } },
      spec: { containers: steps.map(step => ({ name: `step-${step}` })) },
    })),
  }
}

function refuse(response: ServerResponse, code: number): ServerResponse {
  return response.writeHead(code).end(JSON.stringify({ kind: 'Status', code, reason: 'No', message: 'no' }))
}

function answerLog(url: string, response: ServerResponse): void {
  const [, pod, step] = /pods\/([^/]+)\/log\?container=step-([^&]+)/.exec(url) ?? []
  play.asked.push(url)
  if (!play.begun.has(`${pod}/${step}`)) refuse(response, 400)
  else {
    response.writeHead(200).flushHeaders()
    play.followers.set(`${pod}/${step}`, response)
  }
}

beforeEach(async () => {
  play = { pending: false, pods: [], gone: false, begun: new Set(), followers: new Map(), asked: [] }
  api = await startApi(({ url = '' }, response) => {
    if (url.includes('/log?')) return answerLog(url, response)
    if (url.includes('/pods?')) return response.end(JSON.stringify(podsNow()))
    return play.gone ? refuse(response, 404) : response.end(JSON.stringify(runNow()))
  })
})
afterEach(() => api[Symbol.asyncDispose]())

async function follow(...words: string[]) {
  const { shell, said } = shellOf({ isTerminal: true })
  const ended = runCommand(shell, ['logs', RUN, '-f', '--kubeconfig', api.kubeconfig, '-n', 'ours', ...words])
  return { said, ended }
}

const follower = (name: string) => until(`somebody to follow ${name}`, async () => play.followers.get(name))

test('lines come as they are written, step by step, and the end gives the exit code', async () => {
  play.pending = true
  const { said, ended } = await follow()
  await until('it to be said that it waits', async () => said.err.includes(`ours/${RUN} approval\n`))
  play.pending = false
  play.pods = [{ name: 'one', task: 'first', steps: ['look', 'act'] }]
  play.begun.add('one/look')
  const look = await follower('one/look')
  look.write('a\nha')
  await until('a line', async () => said.out.includes('[first : look] a\n'))
  expect(said.out).not.toContain('ha')
  look.end('lf\nlast')
  play.begun.add('one/act')
  play.pods.push({ name: 'two', task: 'second', steps: ['rest'] })
  play.begun.add('two/rest')
  const act = await follower('one/act')
  const rest = await follower('two/rest')
  rest.end('beside\n')
  await until('the other task', async () => said.out.includes('beside'))
  play.ending = { status: 'True', reason: 'Succeeded', message: 'Tasks Completed: 2' }
  act.end('done\n')
  expect(await ended).toBe(0)
  expect(said.out).toBe(
    [
      '[first : look] a',
      '[first : look] half',
      '[first : look] last',
      '[second : rest] beside',
      '[first : act] done',
      '',
    ].join('\n'),
  )
  expect(said.err).toContain(`ours/${RUN} succeeded: Succeeded: Tasks Completed: 2\n`)
})

test('a run that fails ends with 1, and what never began is not waited for', async () => {
  play.pods = [{ name: 'one', task: 'first', steps: ['look', 'act'] }]
  play.begun.add('one/look')
  const { said, ended } = await follow('-o', 'json', '--tail', '5')
  const look = await follower('one/look')
  play.ending = { status: 'False', reason: 'Failed', message: 'Tasks Completed: 1 (Failed: 1)' }
  look.end('broken\n')
  expect(await ended).toBe(1)
  expect(JSON.parse(said.out)).toEqual({ task: 'first', step: 'look', pod: 'one', line: 'broken' })
  expect(play.asked[0]).toMatch(/follow=true&tailLines=5$/)
})

test('a log that breaks off is taken up again, no line twice and none left out', async () => {
  play.pods = [{ name: 'one', task: 'first', steps: ['look'] }]
  play.begun.add('one/look')
  const { said, ended } = await follow()
  const look = await follower('one/look')
  look.write('a\nb')
  await until('a line', async () => said.out.includes('a\n'))
  play.followers.clear()
  look.destroy()
  const again = await follower('one/look')
  play.ending = { status: 'True', reason: 'Succeeded', message: '' }
  again.end('a\nbc\nd\n')
  expect(await ended).toBe(0)
  expect(said.out).toBe('[first : look] a\n[first : look] bc\n[first : look] d\n')
})

test('a run that is deleted meanwhile is no outcome', async () => {
  const { said, ended } = await follow('-o', 'yaml')
  await until('it to be looked at', async () => said.err.includes('running'))
  play.gone = true
  expect(await ended).toBe(3)
  expect(said.err).toContain('was deleted')
})
