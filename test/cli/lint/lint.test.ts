// `playbook lint`: a playbook's folder, a whole tree, and how the result is written.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RULES } from '../../../cli/lint/rules.ts'
import { call, makeScratch, type Scratch } from '../kit.ts'
import { PINNED, task } from './kit.ts'

let scratch: Scratch

beforeAll(async () => {
  scratch = await makeScratch()
})
afterAll(() => scratch[Symbol.asyncDispose]())

const PIPELINE = `apiVersion: tekton.dev/v1
kind: Pipeline
metadata: { name: restart }
spec:
  params:
    - name: NAME
  tasks:
    - name: restart
      taskSpec:
        steps:
          - image: ${PINNED}
            env: [{ name: NAME, value: $(params.NAME) }]
`
const SCHEMA =
  '{"type": "object",\n "required": ["NAME"], "properties": {"NAME": {"type": "string", "maxLength": 63}}}\n'
const PLAYBOOK = `apiVersion: playbook.kubernaut.io/v1alpha1
kind: Playbook
metadata: { name: restart }
spec:
  bundle: registry.example.com/restart:v1.0.0
  timeout: 5m
`

const IMAGE = `apiVersion: playbook.kubernaut.io/v1alpha1
kind: Playbook
metadata: { name: restart }
spec:
  image: ${PINNED}
  version: 1.0.0
  timeout: 5m
  parameters: { properties: { NAME: { type: string, maxLength: 63 } } }
`

type Files = Record<string, string>
const WHOLE: Files = { 'pipeline.yaml': PIPELINE, 'playbook-schema.json': SCHEMA, 'playbook.yaml': PLAYBOOK }
let count = 0

async function put(files: Files): Promise<string> {
  const name = `folder-${count++}`
  for (const [file, text] of Object.entries(files)) await scratch.put(`${name}/${file}`, text)
  return `${scratch.folder}/${name}`
}

/** `file:line:column severity rule` each. */
async function findingsIn(files: Files, ...options: string[]): Promise<string[]> {
  const folder = await put(files)
  const { out } = await call(['lint', folder, '-o', 'json', ...options])
  const { findings } = JSON.parse(out) as { findings: Record<string, string>[] }
  return findings.map(
    ({ file, line, column, severity, rule }) =>
      `${file?.slice(folder.length + 1)}:${line}:${column} ${severity} ${rule}`,
  )
}

describe('a playbook', () => {
  test.each<[string, Files, string[]]>([
    ['that is whole', WHOLE, []],
    [
      'without a timeout',
      { ...WHOLE, 'playbook.yaml': PLAYBOOK.replace('  timeout: 5m\n', '') },
      ['pipeline.yaml:8:5 warning timeout-missing'],
    ],
    [
      'whose tasks have timeouts',
      {
        'pipeline.yaml': PIPELINE.replace(
          'name: restart\n      ',
          'name: restart\n      timeout: 5m\n      ',
        ),
        'playbook-schema.json': SCHEMA,
      },
      [],
    ],
    [
      'without a schema',
      { 'pipeline.yaml': PIPELINE, 'playbook.yaml': PLAYBOOK },
      ['pipeline.yaml:6:5 warning schema-missing'],
    ],
    [
      'with a text without bounds',
      { ...WHOLE, 'playbook-schema.json': SCHEMA.replace(', "maxLength": 63', '') },
      ['playbook-schema.json:2:47 warning param-unbounded'],
    ],
    [
      'with a list of texts without bounds',
      {
        ...WHOLE,
        'pipeline.yaml': PIPELINE.replace('NAME\n', 'NAME\n      type: array\n').replace(
          'value: $(params.NAME)',
          'value: x',
        ),
        'playbook-schema.json': SCHEMA.replace(
          '"string", "maxLength": 63',
          '"array", "items": {"type": "string"}',
        ),
      },
      ['playbook-schema.json:2:74 warning param-unbounded'],
    ],
    [
      'whose schema says what the Pipeline does not',
      {
        ...WHOLE,
        'playbook-schema.json': SCHEMA.replace(
          '"properties": {',
          '"properties": {"X": {"type": "integer"}, ',
        ),
      },
      ['playbook-schema.json:2:44 error param-unheard'],
    ],
    [
      'whose Pipeline wants what the schema does not',
      {
        ...WHOLE,
        'pipeline.yaml': PIPELINE.replace('    - name: NAME\n', '    - name: NAME\n    - name: MORE\n'),
      },
      ['pipeline.yaml:7:7 error param-undeclared'],
    ],
    [
      'whose types differ',
      {
        ...WHOLE,
        'playbook-schema.json': SCHEMA.replace(
          '"type": "string", "maxLength": 63',
          '"type": "array", "items": {"enum": ["a"]}',
        ),
      },
      ['pipeline.yaml:6:7 warning type-as-text'],
    ],
    [
      'whose schema is none',
      { ...WHOLE, 'playbook-schema.json': '{"type": "object",\n "properties": {"NAME": {"pattern": "("}}}' },
      ['playbook-schema.json:2:25 error pattern-unsupported'],
    ],
    [
      'whose schema is no JSON',
      { ...WHOLE, 'playbook-schema.json': '{"type": ' },
      ['playbook-schema.json:1:10 error yaml-invalid'],
    ],
    [
      'whose schema is YAML only',
      { ...WHOLE, 'playbook-schema.json': SCHEMA.replace('"type":', 'type:') },
      ['playbook-schema.json:1:1 error schema-not-json'],
    ],
    [
      'with another bundle than a reference',
      { ...WHOLE, 'playbook.yaml': PLAYBOOK.replace('registry', 'https://registry') },
      ['playbook.yaml:5:11 error registration-invalid'],
    ],
    [
      'without a version',
      { ...WHOLE, 'playbook.yaml': PLAYBOOK.replace('v1.0.0', 'latest') },
      ['playbook.yaml:5:11 error registration-invalid'],
    ],
    [
      'with a number for text',
      { ...WHOLE, 'playbook.yaml': `${PLAYBOOK}  version: 1.0\n` },
      ['playbook.yaml:7:12 error registration-invalid'],
    ],
    [
      'with another Pipeline than it has',
      { ...WHOLE, 'playbook.yaml': `${PLAYBOOK}  pipeline: other\n` },
      ['playbook.yaml:7:13 error registration-invalid'],
    ],
    ['of an image', { 'playbook.yaml': IMAGE }, []],
    [
      'of an image by its tag',
      { 'playbook.yaml': IMAGE.replace(PINNED, 'registry.example.com/a:1') },
      ['playbook.yaml:5:10 note image-not-pinned'],
    ],
    [
      'of an image without version and timeout',
      { 'playbook.yaml': IMAGE.replace(/ {2}(version|timeout).*\n/g, '') },
      ['playbook.yaml:5:10 error registration-invalid', 'playbook.yaml:5:10 warning timeout-missing'],
    ],
    [
      'of an image and what only bundles have',
      { 'playbook.yaml': `${IMAGE}  pipeline: x\n  imagePullSecrets: [{ name: x }]\n` },
      ['playbook.yaml:9:13 error registration-invalid', 'playbook.yaml:10:21 error registration-invalid'],
    ],
    [
      'of a wrong image, in a wrong version',
      { 'playbook.yaml': IMAGE.replace('image: ', 'image: https://').replace('1.0.0', 'one') },
      ['playbook.yaml:5:10 error registration-invalid', 'playbook.yaml:6:12 error registration-invalid'],
    ],
    [
      'of an image beside a bundle',
      { ...WHOLE, 'playbook.yaml': `${PLAYBOOK}  image: ${PINNED}\n` },
      ['playbook.yaml:7:10 error registration-invalid'],
    ],
    [
      'of an image with a text without bounds',
      { 'playbook.yaml': IMAGE.replace(', maxLength: 63', '') },
      ['playbook.yaml:8:37 warning param-unbounded'],
    ],
    [
      'with a precondition that is none',
      { ...WHOLE, 'playbook.yaml': `${PLAYBOOK}  preconditions: [{ expression: "target ==" }]\n` },
      ['playbook.yaml:7:33 error precondition'],
    ],
    [
      'with preconditions that are no list',
      { ...WHOLE, 'playbook.yaml': `${PLAYBOOK}  preconditions: x\n` },
      ['playbook.yaml:7:18 error precondition'],
    ],
    [
      'with too many objects',
      {
        ...WHOLE,
        'tasks.yaml': Array.from({ length: 20 }, (_, at) =>
          task(`- image: ${PINNED}`).replace('name: t ', `name: t${at} `),
        ).join('---\n'),
      },
      ['tasks.yaml:153:1 error too-many-objects'],
    ],
  ])('%s', async (_, files, expected) => {
    expect(await findingsIn(files)).toEqual(expected)
  })
})

describe('a tree', () => {
  const files = {
    'a/pipeline.yaml': PIPELINE,
    'b/c/task.yml': task('- image: tool'),
    'b/chart.yaml': 'apiVersion: tekton.dev/v1\nkind: Task\nspec:\n  {{- if x }}\n',
    'b/task.json': JSON.stringify({
      apiVersion: 'tekton.dev/v1',
      kind: 'Task',
      metadata: {},
      spec: { steps: [] },
    }),
    'b/package.json': '{"name": ',
    'node_modules/x/task.yaml': task('[]'),
  }

  test('is looked at only where that is asked for', async () => {
    expect(await findingsIn(files)).toEqual([])
    // A Pipeline in a tree may be anybody's: it is no playbook yet.
    expect(await findingsIn(files, '--recursive')).toEqual([
      'a/pipeline.yaml:8:5 note timeout-missing',
      'b/c/task.yml:6:14 warning image-not-pinned',
      'b/task.json:1:66 error steps-missing',
    ])
  })

  test('says which files are no YAML yet', async () => {
    const { out } = await call(['lint', '-r', await put(files)])
    expect(out).toMatch(/b\/chart\.yaml: skipped: a template/)
    expect(out.trimEnd().split('\n').at(-1)).toBe('3 objects in 4 files: 1 error, 1 warning, 1 note.')
  })

  test('without a rule', async () => {
    expect(await findingsIn(files, '-r', '--ignore', 'steps-missing', 'timeout-missing')).toEqual([
      'b/c/task.yml:6:14 warning image-not-pinned',
    ])
  })
})

describe('the end', () => {
  test.each<[string, string, string[], number]>([
    ['nothing found', PINNED, [], 0],
    ['a warning', 'tool', [], 0],
    ['a warning, where that is too much', 'tool', ['--fail-on', 'warning'], 1],
    ['a note, where a warning is too much', 'tool:1', ['--fail-on', 'warning'], 0],
    ['a note, where that is too much', 'tool:1', ['--fail-on', 'note'], 1],
    ['an error', '""', [], 1],
  ])('%s', async (_, image, options, code) => {
    const folder = await put({ 'task.yaml': task(`- image: ${image}`) })
    expect((await call(['lint', folder, ...options])).code).toBe(code)
  })

  test('a folder that does not exist', async () => {
    expect(await call(['lint', '/nonexistent'])).toMatchObject({ code: 3, out: '' })
  })
})

describe('what is written', () => {
  test('lines that an editor understands, with what to do', async () => {
    const folder = await put({ 'task.yaml': task('- image: tool') })
    const { out } = await call(['lint', `${folder}/task.yaml`])
    expect(out.split('\n').slice(0, 2)).toEqual([
      `${folder}/task.yaml:6:14: warning: The image tool may be another tomorrow, under the same name. [image-not-pinned]`,
      '    Pin it by digest: crane digest tool, then write tool@sha256:….',
    ])
    expect((await call(['lint', folder], { isTerminal: true })).out).toContain('\u001b[33mwarning')
  })

  test('SARIF 2.1.0', async () => {
    const folder = await put({ 'a b.yaml': task('- image: tool') })
    const log = JSON.parse((await call(['lint', folder, '-o', 'sarif'])).out)
    expect(log).toMatchObject({ version: '2.1.0', runs: [{ columnKind: 'utf16CodeUnits' }] })
    const [{ tool, results }] = log.runs
    expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(['image-not-pinned'])
    expect(results).toEqual([
      {
        ruleId: 'image-not-pinned',
        ruleIndex: 0,
        level: 'warning',
        message: { text: expect.stringContaining('Pin it by digest') },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: expect.stringMatching(/a%20b\.yaml$/) },
              region: { startLine: 6, startColumn: 14 },
            },
            logicalLocations: [{ fullyQualifiedName: 'Task t' }],
          },
        ],
      },
    ])
  })

  test('every rule is described', () => {
    for (const { title, why } of Object.values(RULES)) expect([title, why]).not.toContain('')
  })
})
