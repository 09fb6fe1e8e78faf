// func.yaml: how a function is deployed, read from the repository and rendered for one cluster.

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import type { Deployer } from './arguments.ts'

interface Env {
  readonly name?: string
  readonly value?: string
}

/** What is read of it (https://github.com/knative/func/blob/main/schema/func_yaml-schema.json); the rest is passed on. */
export interface Descriptor {
  readonly name: string
  readonly run?: { readonly envs?: readonly Env[] }
  readonly deploy: {
    readonly serviceAccountName: string
    readonly annotations?: Readonly<Record<string, string>>
  }
}

/** What a descriptor leaves open. */
export interface Surroundings {
  /** For `{{ env:NAME }}`. */
  readonly values: Readonly<Record<string, string>>
  /** For `{{ secret:name:key }}`: the keys that each Secret has, and its version. */
  readonly secrets: Readonly<Record<string, SecretKeys>>
  readonly image: string
  readonly deployer: Deployer
}

export interface SecretKeys {
  readonly version: string
  readonly keys: readonly string[]
}

export interface Rendered {
  readonly name: string
  /** The func.yaml to deploy from. */
  readonly text: string
  /** The same for the same func.yaml, image, deployer and Secrets: then there is nothing to deploy. */
  readonly fingerprint: string
  /** Variables that are left out, because no Secret has them. */
  readonly absent: readonly string[]
}

export const FINGERPRINT = 'playbook.kubernaut.io/deployed'

const PLACEHOLDER = /^\{\{\s*env:(\w+)\s*\}\}$/
const SECRET = /^\{\{\s*secret:([^:\s]+):([^:\s]+)\s*\}\}$/

/** Every `functions/<name>/func.yaml` in the order of their names, or the root's alone. Throws an Error that names the file. */
export async function readDescriptors(root: string, whole: boolean): Promise<Descriptor[]> {
  const names = whole ? [] : (await readdir(join(root, 'functions'))).toSorted()
  const files = whole ? ['func.yaml'] : names.map(name => join('functions', name, 'func.yaml'))
  const texts = await Promise.all(files.map(file => readIfThere(join(root, file))))
  return files.flatMap((file, index) => {
    const text = texts[index]
    return text === undefined ? [] : [parseDescriptor(text, file)]
  })
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code)))
      return undefined
    throw error
  }
}

/** Reads one func.yaml. Throws an Error that names the file and what is missing. */
export function parseDescriptor(text: string, file: string): Descriptor {
  const document: unknown = parse(text)
  if (isDescriptor(document)) return document
  throw new Error(`${file} must have a name and deploy.serviceAccountName.`)
}

function isDescriptor(document: unknown): document is Descriptor {
  const { name, deploy } = (document ?? {}) as { name?: unknown; deploy?: { serviceAccountName?: unknown } }
  return typeof name === 'string' && typeof deploy?.serviceAccountName === 'string'
}

/** The Secrets that a descriptor asks for. */
export function secretsOf({ run }: Descriptor): string[] {
  const names = (run?.envs ?? []).map(({ value = '' }) => SECRET.exec(value)?.[1])
  return [...new Set(names.filter(name => name !== undefined))]
}

/** Fills in what the cluster knows, and signs it with its fingerprint as an annotation. Throws for a placeholder that nobody fills. */
export function render(descriptor: Descriptor, around: Surroundings): Rendered {
  const envs = descriptor.run?.envs ?? []
  const kept = envs.filter(env => !isAbsent(env, around))
  const filled = {
    ...descriptor,
    run: { ...descriptor.run, envs: kept.map(env => fill(env, descriptor.name, around)) },
  }
  const versions = secretsOf(filled).map(name => around.secrets[name]?.version)
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([filled, around.image, around.deployer, versions]))
    .digest('hex')
  const annotations = { ...descriptor.deploy.annotations, [FINGERPRINT]: fingerprint }
  return {
    name: descriptor.name,
    text: stringify({ ...filled, deploy: { ...descriptor.deploy, annotations } }),
    fingerprint,
    absent: envs.filter(env => !kept.includes(env)).map(({ name = '' }) => name),
  }
}

function isAbsent({ value = '' }: Env, { secrets }: Surroundings): boolean {
  const [, secret, key = ''] = SECRET.exec(value) ?? []
  return secret !== undefined && !secrets[secret]?.keys.includes(key)
}

function fill(env: Env, descriptor: string, { values }: Surroundings): Env {
  const name = PLACEHOLDER.exec(env.value ?? '')?.[1]
  if (name === undefined) return env
  const value = values[name]
  if (value !== undefined) return { ...env, value }
  throw new Error(
    `The func.yaml of ${descriptor} asks for {{ env:${name} }}, and deploy fills in only ${Object.keys(values).join(', ')}.`,
  )
}
