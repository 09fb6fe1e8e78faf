// `playbook pull`: a bundle from a registry becomes files again.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { parseDocuments } from '../../shared/bundle/yaml.ts'
import { formatReference, pin } from '../../shared/oci/reference.ts'
import { type Format, print } from '../output.ts'
import { startProgress } from '../progress.ts'
import type { RegistryOptions } from '../registry/open.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { type Content, type ContentObject, openImage, readContent } from './content.ts'
import { SCHEMA_FILE } from './folder.ts'

export interface PullOptions extends RegistryOptions {
  readonly output: Format
  readonly force?: boolean
}

interface File {
  readonly name: string
  readonly text: string
}

/** What a bundle calls an object is not trusted with where a file goes. */
function fileNameOf({ kind, name }: ContentObject, { objects }: Content): string {
  if (objects.filter(other => other.kind === kind).length === 1 && kind === 'pipeline') return 'pipeline'
  if (/^[a-z0-9][a-z0-9.-]{0,200}$/.test(`${kind}-${name}`)) return `${kind}-${name}`
  throw new Trouble(`The bundle holds an object that cannot be a file: ${JSON.stringify(`${kind} ${name}`)}.`)
}

/** YAML where that says exactly the same; else the text as it is. */
function fileOf(object: ContentObject, content: Content): File {
  const name = fileNameOf(object, content)
  const text = stringify(object.object, { version: '1.1', lineWidth: 0, blockQuote: 'literal' })
  const isSame = parseDocuments(text)[0]?.json === object.text
  return isSame ? { name: `${name}.yaml`, text } : { name: `${name}.json`, text: object.text }
}

function filesOf(content: Content): File[] {
  const { schema } = content
  const files = content.objects.map(object => fileOf(object, content))
  return schema === undefined ? files : [...files, { name: SCHEMA_FILE, text: schema.text }]
}

async function write(folder: string, file: File, force: boolean): Promise<void> {
  const path = join(folder, file.name)
  try {
    await writeFile(path, file.text, { flag: force ? 'w' : 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const advice =
      code === 'EEXIST' ? 'is there already: name another folder, or write over it with --force' : code
    throw new Trouble(`${path} ${advice}.`)
  }
}

export async function pull(
  shell: Shell,
  { from: where, folder }: { readonly from: string; readonly folder: string },
  options: PullOptions,
): Promise<ExitCode> {
  const { from, at } = await openImage(shell, where, options)
  let content: Content
  {
    using progress = startProgress(shell, 'pulling', 1)
    content = await readContent(from, at)
    progress.tick()
  }
  const files = filesOf(content)
  await mkdir(folder, { recursive: true })
  for (const file of files) await write(folder, file, options.force === true)
  const reference = formatReference(pin(at, content.digest))
  const value = {
    reference,
    digest: content.digest,
    files: files.map(({ name }) => name),
    annotations: content.annotations,
  }
  await print(shell, options.output, {
    value,
    table: () => [...value.files.map(name => join(folder, name)), '', reference].join('\n'),
  })
  return EXIT.yes
}
