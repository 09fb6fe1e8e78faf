// The functions' image: the bundle, built anew, in one layer on a base image.

import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Platform, readBase } from '../../shared/image/base.ts'
import { composeImage } from '../../shared/image/compose.ts'
import { type Pushed, pushImage } from '../../shared/image/push.ts'
import { formatReference, parseReference, pin } from '../../shared/oci/reference.ts'
import type { Registry } from '../../shared/oci/registry.ts'

export interface Packing {
  readonly registry: Registry
  /** Where it goes: a registry, with or without a path. */
  readonly target: string
  readonly base: string
  readonly platform: Platform
}

export interface PackedFunctions {
  /** `name@sha256:…` */
  readonly image: string
  /** The base as it was at this moment, with its digest. */
  readonly base: string
  readonly pushed: Pushed
}

const REPOSITORY = 'playbook-functions'
const FOLDER = '/app/dist'
const LAUNCHER = 'launch.cjs'
/** What starts, the bundle that it starts, and the licences that the bundle names in its last line. */
const FILES = [LAUNCHER, 'main.cjs', 'main.cjs.LEGAL.txt']
/** V8's code for the bundle, from the Node that built it. */
const CODE = /^main\.cjs\..+\.code$/
const DIGITS = 12

/** Builds `dist` with the project's own build. It takes a second, and an old bundle would be the worse surprise. */
export async function build(root: string): Promise<string> {
  await promisify(execFile)(process.execPath, ['scripts/build.ts'], { cwd: root })
  return join(root, 'dist')
}

/**
 * Packs and pushes; the same bundle on the same base has the same digest. The tag holds the digest's first digits, so that
 * no tag ever moves, and a registry that drops untagged images keeps ours. Throws RegistryError, InvalidReference.
 */
export async function pack(dist: string, packing: Packing): Promise<PackedFunctions> {
  const { registry, platform } = packing
  const from = parseReference(packing.base)
  const base = await readBase(registry, from, platform)
  const names = [...FILES, ...(await readdir(dist)).filter(name => CODE.test(name))]
  const files = await Promise.all(
    names.map(async name => [`${FOLDER}/${name}`, await readFile(join(dist, name))] as const),
  )
  const image = composeImage(base, {
    files: Object.fromEntries(files),
    workingDir: '/app',
    cmd: [`${FOLDER}/${LAUNCHER}`],
  })
  const tag = image.digest.slice('sha256:'.length, 'sha256:'.length + DIGITS)
  const to = parseReference(`${packing.target}/${REPOSITORY}:${tag}`)
  const pushed = await pushImage({ registry, from: pin(from, base.digest), to }, image)
  return {
    image: formatReference(pin(to, image.digest)),
    base: formatReference(pin(from, base.digest)),
    pushed,
  }
}
