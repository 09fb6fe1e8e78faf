// What is to run: from flags, and from a form where a person is there to fill it in.

import type { Json } from '../../shared/analysis/document.ts'
import { compileParameters } from '../../shared/parameters/compile.ts'
import { isPlatformName } from '../../shared/parameters/platform.ts'
import { nameOf, type Playbook, type Release } from '../../shared/playbook/playbook.ts'
import { describeTarget, type Target } from '../../shared/remediation/target.ts'
import { type Shell, Trouble } from '../shell.ts'
import { type Asked, fillForm, openParameters, wordsFor } from './form.ts'
import { readTarget } from './proposal.ts'

export interface Order {
  readonly playbook: Playbook
  readonly release: Release
  readonly target: Target | undefined
  readonly parameters: Json
}

/** What was given of one. */
export interface Draft {
  readonly asked: Asked
  readonly given: Json
  /** Of a target that names none. */
  readonly namespace: string
  readonly target: Target | undefined
}

export function askedOf(playbook: Playbook, release: Release): Asked {
  const compiled = compileParameters(release.schema)
  if (!compiled.ok)
    throw new Trouble(`The schema of ${nameOf(playbook)} does not compile: register it again.`)
  const undeclared = playbook.spec.undeclared ?? 'refuse'
  return { compiled, proposal: { target: undefined, declared: release.params, undeclared } }
}

/** Whether the playbook asks for facts about a target that nobody has named. */
function lacksTarget({ asked, given, target }: Draft): boolean {
  const { compiled, proposal } = asked
  const flat = compiled.flat.filter(({ required }) => required)
  const declared = proposal.declared.filter(({ hasDefault }) => !hasDefault)
  return (
    target === undefined &&
    [...flat, ...declared].some(({ name }) => isPlatformName(name) && !(name in given))
  )
}

/** The flags that must be given where nobody can be asked, each with what it means. */
export function lackingIn(draft: Draft): string[] {
  const { asked, given, target } = draft
  const isTargetless = lacksTarget(draft)
  const held = { ...asked, proposal: { ...asked.proposal, target } }
  const open = openParameters(held, given).filter(({ required }) => required)
  return [
    ...(isTargetless ? ['--target Kind/name: what is to be changed'] : []),
    ...open
      .filter(({ name }) => !isPlatformName(name))
      .map(each => `--param ${each.name}=…: ${each.description ?? wordsFor(asked, each)}`),
  ]
}

/** Asks for what is missing. */
export async function fill(
  ask: NonNullable<Shell['ask']>,
  draft: Draft,
): Promise<Pick<Order, 'target' | 'parameters'>> {
  const { asked, given, namespace } = draft
  let { target } = draft
  if (lacksTarget(draft)) {
    const fault = (text: string): string | undefined =>
      readTarget(text, namespace) === undefined ? 'Write Kind/name or namespace/Kind/name.' : undefined
    target = readTarget(await ask({ text: 'Target: Kind/name, or namespace/Kind/name', fault }), namespace)
  }
  const held = { ...asked, proposal: { ...asked.proposal, target } }
  return { target, parameters: await fillForm(ask, held, given) }
}

export async function isConfirmed(
  ask: NonNullable<Shell['ask']>,
  { playbook, release, target }: Order,
): Promise<boolean> {
  const where = target === undefined ? '' : ` on ${describeTarget(target)}`
  const text = `Run ${nameOf(playbook)} ${release.version}${where}?`
  return (await ask({ text, choices: ['yes', 'no'], fault: () => undefined })) === 'yes'
}
