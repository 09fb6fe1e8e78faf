// A plan as the files of a folder.

import { stringify } from 'yaml'
import { SCHEMA_FILE } from '../bundle/folder.ts'
import type { Plan } from './plan.ts'
import { sampleOf } from './sample.ts'

export interface NewFile {
  readonly name: string
  readonly text: string
}

function yaml(header: string, ...objects: readonly unknown[]): string {
  const texts = objects.map(object =>
    stringify(object, { version: '1.1', lineWidth: 0, blockQuote: 'literal' }),
  )
  return `# ${header}\n${texts.join('---\n')}`
}

function readme({ name, pipeline, playbook, others }: Plan): string {
  const bundle = playbook.spec.bundle
  const rows = [
    ...(pipeline === undefined
      ? []
      : [
          ['pipeline.yaml', 'the Tekton Pipeline: parameters reach its steps as environment variables'],
          [SCHEMA_FILE, 'what may be sent'],
        ]),
    ['playbook.yaml', 'the registration: bundle, description, timeout, cooldown, approval'],
    ['test-case.yaml', 'an analysis, and what must become of it'],
    ...[...others.keys()].map(file => [file, 'what it needs besides']),
  ]
  const publish = pipeline === undefined ? [] : [`playbook push . ${bundle}`]
  const apply = others.has('resources.yaml') ? ['kubectl apply -f resources.yaml'] : []
  const rehearse = pipeline === undefined ? [] : ['playbook rehearse test-case.yaml --playbooks .']
  return `# ${name}

${playbook.spec.description?.what ?? ''}

| file | is |
| --- | --- |
${rows.map(([file, is]) => `| [${file}](${file}) | ${is} |`).join('\n')}

\`\`\`sh
${['playbook lint .', ...rehearse, ...publish, ...apply, 'kubectl apply -f playbook.yaml'].join('\n')}
\`\`\`
`
}

function testCase({ name, schema }: Plan): string {
  const strategy = {
    playbook_id: name,
    confidence: 0.95,
    rationale: 'Why the playbook helps here.',
    parameters: sampleOf(schema),
  }
  const analysis = { root_cause_assessment: 'What was found to be wrong.', strategies: [strategy] }
  return yaml('An analysis, and what must become of it: playbook rehearse test-case.yaml --playbooks .', {
    analysis,
    expect: { verdict: 'approve' },
  })
}

/** What `playbook init` writes, in the order in which it is read. */
export function filesOf(plan: Plan): NewFile[] {
  const { pipeline, schema, playbook, others } = plan
  const bundle =
    pipeline === undefined
      ? []
      : [
          { name: 'pipeline.yaml', text: yaml('What is run. Check it with: playbook lint .', pipeline) },
          { name: SCHEMA_FILE, text: `${JSON.stringify(schema, null, 2)}\n` },
        ]
  return [
    ...bundle,
    {
      name: 'playbook.yaml',
      text: yaml('The registration: which bundle, when to use it, and under which limits.', playbook),
    },
    ...[...others].map(([name, objects]) => ({
      name,
      text: yaml('What the playbook needs besides.', ...objects),
    })),
    { name: 'test-case.yaml', text: testCase(plan) },
    { name: 'README.md', text: readme(plan) },
  ]
}
