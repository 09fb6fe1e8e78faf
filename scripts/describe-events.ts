// The event catalogue as Markdown, from the contract, the schemas and their examples; what it says is what the code has.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ANY, FLOWS, type Flow, isOurType, schemaAddress, TYPE } from '../shared/events/contract.ts'

const FOLDER = join(import.meta.dirname, '..', 'shared', 'events')
const OURS = 'io.kubernaut.'

interface Schema {
  readonly description: string
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, unknown>>
}

/** What others send, which has no schema of ours. */
const FOREIGN: Readonly<Record<string, string>> = {
  [TYPE.runSuccessful]: 'A PipelineRun succeeded (Tekton; only subjects that begin with `rem-`).',
  [TYPE.runFailed]: 'A PipelineRun failed, was cancelled or timed out (Tekton; same subjects).',
  [TYPE.objectAdded]: 'A Playbook, or a PipelineRun that waits, was added (ApiServerSource).',
  [TYPE.objectUpdated]: 'One of those changed.',
  [TYPE.objectDeleted]: 'One of those is gone, or a run waits no longer.',
  [TYPE.ping]: 'The timer ticks, once a minute (PingSource).',
}

const flows = Object.entries(FLOWS) as [string, Flow][]

function takes(flow: Flow, type: string): boolean {
  return flow.takes.some(each => (each.endsWith('.') ? type.startsWith(each) : each === type))
}

function names(fits: (flow: Flow) => boolean): string {
  return flows
    .filter(([, flow]) => fits(flow))
    .map(([name]) => `\`${name}\``)
    .join(', ')
}

function json<T>(kind: 'schemas' | 'examples', type: string): T {
  return JSON.parse(readFileSync(join(FOLDER, kind, `${type.slice(OURS.length)}.json`), 'utf8')) as T
}

function meaningOf(type: string): string {
  return isOurType(type) ? json<Schema>('schemas', type).description : (FOREIGN[type] ?? '')
}

function senderOf(type: string): string {
  const outside = type === TYPE.analysisCompleted ? 'your analysis service' : 'whoever approves'
  return names(flow => flow.replies.includes(type)) || (isOurType(type) ? outside : 'cluster')
}

/** Every type, what it means, who sends it and who takes it, as a table. */
export function eventTable(): string {
  const rows = Object.values(TYPE).map(type => {
    const takers = names(flow => takes(flow, type)) || 'whoever wants'
    return `| \`${type}\` | ${meaningOf(type)} | ${senderOf(type)} | ${takers} |`
  })
  return ['| type | means | sent by | taken by |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function fieldsOf({ required = [], properties = {} }: Schema): string {
  const shown = Object.keys(properties).map(
    name => `\`${name}\`${required.includes(name) ? '' : ' (optional)'}`,
  )
  return shown.length === 0 ? '' : `Data: ${shown.join(', ')}.\n\n`
}

function section(type: string): string {
  const file = `${type.slice(OURS.length)}.json`
  const example = JSON.stringify(json('examples', type), null, 2)
  const links = `[schema](../shared/events/schemas/${file}), \`dataschema\` ${schemaAddress(type)}`
  return `### ${type}\n\n${meaningOf(type)} ${links}\n\n${fieldsOf(json('schemas', type))}\`\`\`json\n${example}\n\`\`\`\n`
}

function flowRow([name, flow]: [string, Flow]): string {
  const shown = (type: string): string => (type.endsWith('.') ? `${type}*` : type)
  const code = (list: readonly string[]): string =>
    list.map(type => (type === ANY ? 'anything undeliverable' : `\`${shown(type)}\``)).join('<br>') ||
    'nothing'
  return `| \`${name}\` | ${code(flow.takes)} | ${code(flow.replies)} |`
}

/** The whole of `docs/events.md`. */
export function eventsDocument(): string {
  const ours = Object.values(TYPE).filter(isOurType)
  return `# Events

<!-- Written by \`node scripts/catalogue.ts\` from shared/events; a test holds it up to date. -->

All events are CloudEvents 1.0.2 over HTTP, binary or structured; batches are refused. What a function answers is the HTTP reply, which the Broker takes as a new event.

- \`id\`: derived from the cause, so a repeated cause gives the same id: of an answer the hash of (source, id, type) of what it answers, of news about an object the hash of (uid, type, phase).
- \`source\`: \`/playbook-functions/<function>\`.
- \`subject\`: the PipelineRun's name (\`rem-<correlation id>\`), or \`namespace/name\` of a Playbook.
- \`correlationid\`: hash of the analysis event's source and id; the remediation's name for life. \`causationid\`: the id of the event that this one answers. \`traceparent\`: passed on.
- \`dataschema\`: names the schema; it identifies, it is not served.

## Who takes what

| function | takes | answers |
| --- | --- | --- |
${flows.map(flowRow).join('\n')}

## All types

${eventTable()}

## Each type of ours

${ours.map(section).join('\n')}`
}
