// The lines of the documentation that need a cluster, with the names of this one.

import { blocksOf, markdownFiles } from '../../docs/markdown.ts'
import { baseImage, setting } from '../cluster.ts'

/** README has a test of its own, and so has each example. */
const FILES = markdownFiles().filter(file => file.startsWith('docs/'))

export const PAGES = FILES.map(file => ({ file, lines: linesOf(file) })).filter(
  ({ lines }) => lines.length > 0,
)

/** The objects that the pages show, but for another class of our own Broker, which is not changed once it is there. */
export const OBJECTS = FILES.flatMap(blocksOf)
  .filter(
    ({ language, marks, text }) =>
      language === 'yaml' && !marks.includes('broker') && /^apiVersion:/.test(text),
  )
  .map(({ file, text }) => ({ file, text, kind: /^kind: (\S+)/m.exec(text)?.[1] }))

function linesOf(file: string): string[] {
  return blocksOf(file)
    .filter(({ marks }) => marks.includes('cluster'))
    .flatMap(({ text }) => text.trimEnd().replaceAll('\\\n', '').split('\n'))
}

/** What stands in for the names that the pages use. */
export interface Names {
  /** For `remediation`, and for the namespaces of targets. */
  readonly namespace: string
  /** For a run. */
  readonly run: string
  /** For a dead letter. */
  readonly letter: string
}

/** Registries by the path under which this cluster's registry has them. */
export function inNames(text: string, { namespace, run, letter }: Names): string {
  const registry = `${setting('REGISTRY')}/${namespace}`
  return text
    .replace(
      /\b(?:registry|mirror)\.example\.com\/playbooks\/oomkill-scale-down\b/g,
      `${registry}/registry/restart`,
    )
    .replace(/\b(registry|mirror)\.example\.com\/playbooks\b/g, `${registry}/$1`)
    .replace(/registry\.example\.com\/team/g, `${setting('REGISTRY')} --base ${baseImage()}`)
    .replace(/(-n |^| )(remediation|shop)(?=[ /]|$)/gm, `$1${namespace}`)
    .replace(/(namespace: )remediation\b/g, `$1${namespace}`)
    .replace(/=shop\b/g, `=${namespace}`)
    .replace(/-n NAMESPACE describe playbook NAME/g, `-n ${namespace} describe playbook restart`)
    .replace(/configmap NAME/g, `configmap ${letter}`)
    .replace(/-n NAMESPACE/g, `-n ${namespace}`)
    .replace(/pipelinerun NAME/g, `pipelinerun ${run}`)
    .replace(/\brem-5f0c1a7b\w*/g, run)
    .replace('COSIGN_PASSWORD=…', 'COSIGN_PASSWORD=secret')
}
