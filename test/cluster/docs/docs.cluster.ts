// Every line of the documentation that needs a cluster, on one, as a reader would paste it.

import { afterAll, beforeAll, describe, test } from 'vitest'
import { kubectl } from '../kubectl.ts'
import { takeNamespace } from '../namespaces.ts'
import { openReader, type Reader } from '../reader.ts'
import { removeResolvers, startTektonResolvers } from '../resolution/installation.ts'
import { openStage, SYSTEM } from '../stage.ts'
import { type Cast, gather } from './cast.ts'
import { answerForm } from './form.ts'
import { inNames, type Names, OBJECTS, PAGES } from './pages.ts'

const { namespace, remove } = takeNamespace('documentation')
let reader: Reader
let cast: Cast

beforeAll(async () => {
  reader = await openReader()
  cast = await gather({ stage: openStage(), namespace }, reader)
})

afterAll(async () => {
  remove()
  await reader[Symbol.asyncDispose]()
})

type Prepare = () => Promise<Partial<Names>>

const nothingMore = (): Partial<Names> => ({})

const unbound: Prepare = async () => {
  kubectl(['-n', namespace, 'delete', 'rolebinding', 'playbook-approvers', '--ignore-not-found'])
  return nothingMore()
}

/** What must be so before a line is pasted; the first that fits. */
const BEFORE: readonly (readonly [line: RegExp, prepare: Prepare])[] = [
  [/playbook (approve|deny|cancel) |annotate pipelinerun/, async () => ({ run: await cast.waiting() })],
  [/playbook logs .* --follow/, async () => ({ run: await cast.started() })],
  [/playbook rollback/, () => cast.later().then(nothingMore)],
  [/playbook migrate/, () => cast.scale().then(nothingMore)],
  [/annotate configmap/, async () => ({ letter: await cast.letter() })],
  [/create rolebinding/, unbound],
]

/** What a page leaves that others are not told of. */
const AFTER: Readonly<Record<string, () => void>> = {
  'docs/policy.md': () => {
    kubectl(['-n', SYSTEM, 'delete', 'configmap', 'playbook-policy', '--ignore-not-found'])
  },
  'docs/resolution.md': () => {
    startTektonResolvers()
    removeResolvers()
  },
}

async function paste(line: string): Promise<unknown> {
  // They go on until they are stopped.
  if (/^playbook events .*--type/.test(line)) return reader.paste(`${line} --timeout 5s`)
  if (/^playbook run \S+$/.test(line)) return answerForm(reader, line, `${namespace}/Deployment/api`)
  return reader.paste(line)
}

// First, for some are made below, and changed.
test.each(OBJECTS)('$file: $kind is one that the API server takes', ({ text }) => {
  const names = { namespace, run: cast.ended, letter: '' }
  const place = /namespace: /.test(text) ? [] : ['-n', namespace]
  kubectl([...place, 'apply', '--dry-run=server', '-f', '-'], inNames(text, names))
})

describe.each(PAGES)('$file', ({ file, lines }) => {
  afterAll(() => AFTER[file]?.())

  test.each(lines)('%s', async line => {
    const [, prepare] = BEFORE.find(([pattern]) => pattern.test(line)) ?? []
    const names = { namespace, run: cast.ended, letter: '', ...(await prepare?.()) }
    await paste(inNames(line, names))
  })
})
