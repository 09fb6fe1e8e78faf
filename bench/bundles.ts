// Bundles pushed and pulled, against crane on the same registry.

import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commandMs, PLAYBOOK, taskText } from './commands.ts'
import { ratiosOf, spreadOf } from './statistics.ts'
import type { Result } from './table.ts'

const REPEAT = fileURLToPath(new URL('repeat.ts', import.meta.url))
const REGISTRY = fileURLToPath(new URL('registry.ts', import.meta.url))
const ROUNDS = 15
const WARM_UP = 5
const OBJECTS = 20

interface Round {
  readonly ours: number
  readonly theirs: number
}

function hasCrane(): boolean {
  try {
    execFileSync('crane', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A process that runs command lines of `playbook`, one after the other; answers the milliseconds of each. */
function startRepeater() {
  const child = fork(REPEAT, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  return {
    async run(words: readonly string[]): Promise<number> {
      child.send(words)
      const [answer] = await once(child, 'message')
      const { ms, code, said } = answer as { ms: number; code: number; said: string }
      if (code !== 0) throw new Error(`playbook ${words.join(' ')} ended with ${code}: ${said}`)
      return ms
    },
    close: () => child.kill(),
  }
}

function writeBundle(folder: string): string {
  mkdirSync(folder, { recursive: true })
  for (let index = 0; index < OBJECTS; index++)
    writeFileSync(join(folder, `task-${index}.yaml`), taskText(index))
  return folder
}

interface Bench {
  readonly host: string
  readonly folder: string
  /** The files to push, and the same as an OCI layout for crane, which packs nothing. */
  readonly files: string
  readonly layout: string
}

let names = 0

function fresh(what: string): string {
  names += 1
  return `${what}-${names}`
}

/** The words of both sides for one push, to a repository that has nothing yet, and one pull. */
function pushWords({ host, files, layout }: Bench) {
  return {
    ours: ['push', files, `${host}/${fresh('ours')}:v1`],
    theirs: ['push', '--insecure', layout, `${host}/${fresh('theirs')}:v1`],
  }
}

function pullWords({ host, folder }: Bench) {
  return {
    ours: ['pull', `${host}/bundle:v1`, join(folder, fresh('pulled'))],
    theirs: ['pull', '--insecure', '--format', 'oci', `${host}/bundle:v1`, join(folder, fresh('layout'))],
  }
}

/** The same between a layout and the registry, which is all that crane does. */
function copyInWords(bench: Bench) {
  const { host, layout } = bench
  return { ...pushWords(bench), ours: ['copy', layout, `${host}/${fresh('copied')}:v1`] }
}

function copyOutWords(bench: Bench) {
  const { host, folder } = bench
  return { ...pullWords(bench), ours: ['copy', `${host}/bundle:v1`, join(folder, fresh('copy'))] }
}

type Words = (bench: Bench) => { readonly ours: readonly string[]; readonly theirs: readonly string[] }

function limited(name: string, rounds: readonly Round[], atMost?: number): Result {
  const limit = atMost === undefined ? {} : { limit: { atMost } }
  return { name, spread: spreadOf(ratiosOf(rounds)), ...limit, unit: '×', digits: 2 }
}

/** Twice: without the start of either program, and as whole commands. */
async function measure(what: string, words: Words, bench: Bench): Promise<Result[]> {
  const repeater = startRepeater()
  try {
    for (let round = 0; round < WARM_UP; round++) await repeater.run(words(bench).ours)
    // The least of several: a start that something else disturbed would leave nothing of what comes after it.
    const start = Math.min(...Array.from({ length: ROUNDS }, () => commandMs('crane', ['version'])))
    const work: Round[] = []
    const whole: Round[] = []
    while (work.length < ROUNDS) {
      const { ours, theirs } = words(bench)
      const crane = commandMs('crane', theirs)
      work.push({ ours: await repeater.run(ours), theirs: crane - start })
      whole.push({ ours: commandMs(process.execPath, [PLAYBOOK, ...words(bench).ours]), theirs: crane })
    }
    return [
      limited(`${what}, without the start of either`, work, 1.5),
      limited(`${what}, whole commands`, whole),
    ]
  } finally {
    repeater.close()
  }
}

/** Nothing where there is no crane, and a word that says so. */
export async function measureBundles(folder: string): Promise<Result[]> {
  if (!hasCrane()) {
    console.log('There is no crane on the PATH: pushing and pulling bundles is not measured against it.')
    return []
  }
  const registry = fork(REGISTRY, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  try {
    const [host] = (await once(registry, 'message')) as [string]
    const files = writeBundle(join(folder, 'bundle'))
    const layout = join(folder, 'bundle-layout')
    commandMs(process.execPath, [PLAYBOOK, 'push', files, `${host}/bundle:v1`])
    commandMs('crane', ['pull', '--insecure', '--format', 'oci', `${host}/bundle:v1`, layout])
    const bench = { host, folder, files, layout }
    return [
      ...(await measure('copy a layout to a registry : crane push', copyInWords, bench)),
      ...(await measure('copy a bundle to a layout : crane pull', copyOutWords, bench)),
      ...(await measure('push files as a bundle : crane push', pushWords, bench)),
      ...(await measure('pull a bundle as files : crane pull', pullWords, bench)),
    ]
  } finally {
    registry.kill()
  }
}
