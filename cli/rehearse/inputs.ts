// What a rehearsal is made of, from files: recorded analyses, playbooks, and a policy.

import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type PlaybookFolder, readPlaybookFolder } from '../../local/story/playbook-folder.ts'
import { isObject } from '../../shared/analysis/document.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { parsePolicy } from '../../shared/policy/parse.ts'
import { readRecorded } from '../recorded.ts'
import { Trouble } from '../shell.ts'
import { type Expectation, readTestCase } from './test-case.ts'

/** One recorded analysis, as the event that it was. */
export interface RecordedEvent {
  readonly path: string
  readonly event: CloudEvent
  /** Of a test case. */
  readonly expect?: Expectation
}

async function filesIn(path: string, isWanted: (name: string) => boolean): Promise<string[]> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new Trouble(`${path} does not exist.`)
  if (!found.isDirectory()) return [path]
  const names = await readdir(path, { recursive: true })
  return names
    .filter(isWanted)
    .sort()
    .map(name => join(path, name))
}

function eventOf(path: string, text: string): CloudEvent {
  const { source = '/rehearsal', id = path.replace(/[^!#$&-~]/g, '-'), data, ...rest } = readRecorded(text)
  const datacontenttype = typeof data === 'string' ? 'text/plain' : 'application/json'
  return {
    specversion: '1.0',
    type: TYPE.analysisCompleted,
    source,
    id,
    ...rest,
    datacontenttype,
    data,
  } as CloudEvent
}

const isRecorded = (name: string): boolean =>
  /\.json$|(?:^|\/)test-case\.ya?ml$/.test(name) && !SCHEMA.test(name)
/** It lies beside a playbook's test case, and is no analysis. */
const SCHEMA = /(?:^|\/)playbook-schema\.json$/

function recordedIn(path: string, text: string): RecordedEvent {
  if (!/\.ya?ml$/.test(path)) return { path, event: eventOf(path, text) }
  const { analysis, expect } = readTestCase(path, text)
  return { path, event: eventOf(path, analysis), expect }
}

/** All analyses of files, and of the JSON files and test cases in folders. */
export async function readEvents(paths: readonly string[]): Promise<RecordedEvent[]> {
  const lists = await Promise.all(paths.map(path => filesIn(path, isRecorded)))
  const events = lists.flat().map(async path => {
    try {
      return recordedIn(path, await readFile(path, 'utf8'))
    } catch (error) {
      if (error instanceof Trouble) throw error
      throw new Trouble(`${path} cannot be read: ${error instanceof Error ? error.message : error}`)
    }
  })
  if (events.length === 0)
    throw new Trouble(`There is no .json file and no test-case.yaml in ${paths.join(', ')}.`)
  return Promise.all(events)
}

/** Every folder that holds a playbook.yaml: that one, or those below it. */
export async function readPlaybooks(path: string): Promise<PlaybookFolder[]> {
  const isRegistration = (name: string): boolean => /(^|\/)playbook\.yaml$/.test(name)
  const files = await filesIn(path, isRegistration)
  if (files.length === 0) throw new Trouble(`There is no playbook.yaml in ${path}.`)
  return Promise.all(files.map(file => readPlaybookFolder(file.replace(/\/?playbook\.yaml$/, '') || '.')))
}

/** The data of a ConfigMap's manifest; undefined for any other text, which is judged as a policy then. */
function configMapData(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const document: unknown = parse(text)
    const isMap = isObject(document) && document.kind === 'ConfigMap'
    return isMap ? (isObject(document.data) ? document.data : {}) : undefined
  } catch {
    return undefined
  }
}

/** The text of a policy: a file of its own, or the ConfigMap that carries it. */
export async function readPolicyText(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(error => {
    throw new Trouble(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}.`)
  })
  const data = configMapData(text)
  const policy = data === undefined ? text : data['policy.yaml']
  if (typeof policy !== 'string') throw new Trouble(`${path} must hold its policy under data["policy.yaml"].`)
  const parsed = parsePolicy(policy)
  if (parsed.ok) return policy
  const lines = parsed.mistakes.map(({ line, column, message }) => `  ${line}:${column} ${message}`)
  throw new Trouble([`${path} is no policy:`, ...lines].join('\n'))
}
