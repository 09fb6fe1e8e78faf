// Parameters as a person gives them: one by one, and in a file.

import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { isObject, type Json } from '../shared/analysis/document.ts'
import { Trouble } from './shell.ts'

export interface GivenOptions {
  /** `NAME=VALUE` each; they stand above the file. */
  readonly param?: readonly string[]
  /** A file that holds an object of them, in JSON or YAML. */
  readonly parameters?: string
}

export async function givenIn({ param = [], parameters }: GivenOptions): Promise<Json> {
  const pairs = param.map(text => {
    const at = text.indexOf('=')
    if (at < 1) throw new Trouble(`--param takes NAME=VALUE, not "${text}".`)
    return [text.slice(0, at), text.slice(at + 1)]
  })
  if (parameters === undefined) return Object.fromEntries(pairs)
  const text = await readFile(parameters, 'utf8').catch(error => {
    throw new Trouble(`${parameters} cannot be read: ${(error as NodeJS.ErrnoException).code}.`)
  })
  const read: unknown = parse(text)
  if (!isObject(read)) throw new Trouble(`${parameters} must hold an object of parameters, in JSON or YAML.`)
  return { ...read, ...Object.fromEntries(pairs) }
}
