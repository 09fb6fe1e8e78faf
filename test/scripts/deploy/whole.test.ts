// The overlay for one function that does everything: the same rights, and every event still finds its way.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readKustomization, readObjects } from '../../../local/world/manifests.ts'
import { readDescriptors } from '../../../scripts/deploy/descriptor.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const FOLDER = join(ROOT, 'scripts', 'deploy', 'whole')

interface Binding {
  readonly kind: string
  readonly roleRef: { readonly kind: string; readonly name: string }
  readonly subjects: readonly { readonly name: string }[]
}
interface Overlay {
  readonly resources: readonly string[]
  readonly patches: readonly { readonly target: { readonly kind: string }; readonly patch: string }[]
}

const triggers = await readKustomization(join(ROOT, 'triggers'))
const own = readObjects(await readFile(join(FOLDER, 'account.yaml'), 'utf8'))
const overlay = parse(await readFile(join(FOLDER, 'kustomization.yaml'), 'utf8')) as Overlay
const [whole] = await readDescriptors(ROOT, true)
const separate = await readDescriptors(ROOT, false)

/** Roles bound to one of these accounts, as `kind name`. */
function rolesOf(objects: readonly object[], accounts: readonly string[]): string[] {
  const bindings = objects.filter((each): each is Binding => 'roleRef' in each)
  const theirs = bindings.filter(({ subjects }) => subjects.some(({ name }) => accounts.includes(name)))
  return theirs.map(({ roleRef }) => `${roleRef.kind} ${roleRef.name}`).toSorted()
}

function lookUp(object: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object)
}

test('its account has the rights of all the separate ones, and no other', () => {
  const accounts = separate.map(({ deploy }) => deploy.serviceAccountName)
  expect(rolesOf(own, [whole?.deploy.serviceAccountName ?? ''])).toEqual(rolesOf(triggers, accounts))
})

test('every patch replaces what is there, and leads to the one function', () => {
  expect(overlay.resources).toEqual(['../../../triggers', 'account.yaml'])
  for (const { target, patch } of overlay.patches) {
    const targets = triggers.filter(({ kind }) => kind === target.kind)
    expect(targets.length).toBeGreaterThan(0)
    for (const { op, path, value } of parse(patch) as { op: string; path: string; value: string }[]) {
      expect(op).toBe('replace')
      expect(value).toContain('playbook-functions')
      for (const object of targets)
        expect(lookUp(object, path), `${object.metadata.name} ${path}`).toBeTypeOf('string')
    }
  }
})
