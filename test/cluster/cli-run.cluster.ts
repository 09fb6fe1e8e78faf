// The operator's commands on a real cluster, with nothing but a kubeconfig: an image becomes a playbook that has run, its
// log is followed, its events are read back, and the doctor finds nothing that fails.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { playbookProcess } from '../cli/kit.ts'
import { setting, testImage } from './cluster.ts'
import { takeNamespace } from './namespaces.ts'

const SCRIPT = join(import.meta.dirname, '../../scripts/ten-minutes.ts')
const { namespace, remove } = takeNamespace('operator')

afterAll(remove)

const say = (...words: string[]) =>
  playbookProcess([...words, '-n', namespace], { KUBECONFIG: setting('KUBECONFIG') })

test('from a container image to a playbook that has run, in less than ten minutes', async () => {
  const words = ['--image', testImage(), '--registry', `${setting('REGISTRY')}/${namespace}`, '--insecure']
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, ...words, '--namespace', namespace])
  process.stdout.write(stdout)
  expect(stdout).toMatch(/rem-\w+ succeeded/)
})

test('a log is followed to the end of its run, which is the exit code', async () => {
  const { out } = await say('runs', '-o', 'json')
  const [{ name, playbook }] = JSON.parse(out).runs
  expect(await say('logs', name, '--follow')).toMatchObject({
    code: 0,
    err: expect.stringContaining(`${namespace}/${name} succeeded`),
  })
  // Another target, for the first one rests; one that functions may not read, so that a person is asked.
  const target = `${namespace}/ServiceAccount/default`
  const again = JSON.parse((await say('run', playbook, '--target', target, '-o', 'json')).out)
  const following = say('logs', again.run.name, '--follow', '-o', 'json')
  expect((await say('approve', again.run.name)).code).toBe(0)
  expect(await following).toMatchObject({ code: 0, err: expect.stringContaining('succeeded') })
})

test('its events are read back, and followed to their end', async () => {
  const { out } = await say('runs', '-o', 'json')
  const [{ name }] = JSON.parse(out).runs
  const followed = await say('events', '--follow', '--remediation', name, '--timeout', '60s', '-o', 'json')
  expect(followed).toMatchObject({ code: 0, err: '' })
  const events: CloudEvent[] = followed.out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(events.map(({ type }) => type)).toEqual([TYPE.approvalRequested, TYPE.started, TYPE.succeeded])
})

test('a refusal without a run is said at once', async () => {
  const { out } = await say('list', '-o', 'json')
  const [{ name }] = JSON.parse(out).playbooks
  const refused = await say('run', name, '--target', 'kube-system/Deployment/nothing')
  expect(refused).toMatchObject({
    code: 1,
    out: expect.stringMatching(/rejected: (TargetGone|DeniedByPolicy)/),
  })
})

test('the doctor finds nothing that fails', async () => {
  const { code, out } = await say('doctor', '-o', 'json')
  const { findings, metrics } = JSON.parse(out)
  expect(findings.filter(({ status }: { status: string }) => status === 'fail')).toEqual([])
  expect(code).toBe(0)
  expect(metrics).toContainEqual(expect.objectContaining({ metric: 'execution-success', value: 100 }))
  expect(metrics).toContainEqual(expect.objectContaining({ metric: 'version-mismatches', value: 0 }))
})
