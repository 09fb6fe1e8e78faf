// Deploying: gather what is there, leave alone what is as it should be, and bring the rest about through func.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { drawTable } from '../../cli/table.ts'
import type { Deployer } from './arguments.ts'
import { DEPLOYERS } from './arguments.ts'
import { type Descriptor, type Rendered, render } from './descriptor.ts'
import type { Func } from './func.ts'
import { findStanding, removeStanding, type Standing } from './standing.ts'
import type { Place } from './surroundings.ts'
import { checkDeployer, look } from './surroundings.ts'
import { wake } from './wake.ts'

export interface Deploying {
  readonly place: Place
  readonly descriptors: readonly Descriptor[]
  readonly deployer: Deployer
  readonly func: Func
  /** Builds and pushes, or says what was given: `name@sha256:…`. */
  readonly image: () => Promise<string>
  readonly now: () => Date
  readonly say: (line: string) => void
}

/** func uses a processor fully while it starts. */
const AT_ONCE = 3

/** Deploys every function; a second time with the same input nothing is written. Throws an Error that says what to do. */
export async function deployAll(deploying: Deploying): Promise<void> {
  const { place, descriptors, deployer, say } = deploying
  await checkDeployer(place, deployer)
  const around = await look(place, descriptors)
  const before = await Promise.all(descriptors.map(({ name }) => findStanding(place, name)))
  const image = await deploying.image()
  const rendered = descriptors.map(descriptor => render(descriptor, { ...around, image, deployer }))
  for (const { name, absent } of rendered)
    if (absent.length > 0)
      say(`${name}: without ${absent.join(', ')}, which no Secret in ${place.namespace} has`)
  const folder = await mkdtemp(join(tmpdir(), 'playbook-functions-'))
  try {
    const limit = pLimit(AT_ONCE)
    await Promise.all(
      rendered.map((each, index) =>
        limit(() => deployOne({ ...deploying, folder, image }, each, before[index])),
      ),
    )
  } finally {
    await rm(folder, { recursive: true })
  }
  const names = descriptors.map(({ name }) => name)
  const count = await wake({ place, names, now: deploying.now })
  say(`${count} Triggers are Ready`)
  const after = await Promise.all(descriptors.map(({ name }) => findStanding(place, name)))
  say('')
  say(
    drawTable([
      ['FUNCTION', 'URL', 'READY'],
      ...descriptors.map(({ name }, index) => row(name, deployer, after[index])),
    ]),
  )
}

interface Prepared extends Omit<Deploying, 'image'> {
  /** For rendered copies. */
  readonly folder: string
  readonly image: string
}

async function deployOne(
  prepared: Prepared,
  { name, text, fingerprint }: Rendered,
  standing: Standing | undefined,
): Promise<void> {
  const { place, deployer, func, image, say } = prepared
  const current = standing?.[deployer]
  if (current?.fingerprint === fingerprint && current.isReady) return say(`${name}: unchanged`)
  const started = performance.now()
  for (const other of DEPLOYERS) {
    const found = standing?.[other]
    if (other === deployer || found === undefined) continue
    await removeStanding(place, name, { deployer: other, uid: found.uid })
    say(`${name}: removed what the ${other} deployer made`)
  }
  const folder = join(prepared.folder, name)
  await mkdir(folder)
  await writeFile(join(folder, 'func.yaml'), text)
  await func.deploy({ folder, image, namespace: place.namespace, deployer })
  say(`${name}: ${current === undefined ? 'deployed' : 'updated'} (${seconds(started)})`)
}

function row(name: string, deployer: Deployer, standing: Standing | undefined): string[] {
  const found = standing?.[deployer]
  return [name, found?.url ?? '', found?.isReady === true ? 'yes' : 'no']
}

/** Removes every function, whichever deployer made it. */
export async function deleteAll({
  place,
  descriptors,
  say,
}: Pick<Deploying, 'place' | 'descriptors' | 'say'>): Promise<void> {
  const standings = await Promise.all(descriptors.map(({ name }) => findStanding(place, name)))
  await Promise.all(
    descriptors.map(async ({ name }, index) => {
      const standing = standings[index]
      const made = DEPLOYERS.filter(deployer => standing?.[deployer] !== undefined)
      for (const deployer of made)
        await removeStanding(place, name, { deployer, uid: standing?.[deployer]?.uid })
      say(`${name}: ${made.length === 0 ? 'was not deployed' : 'removed'}`)
    }),
  )
}

function seconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`
}
