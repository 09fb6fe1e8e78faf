// The examples of Tekton's documentation of its five resolvers (https://tekton.dev/docs/pipelines/resolution-getting-started/), from servers of ours.

import type { Given } from './asking.ts'
import type { World } from './world.ts'

export interface Example {
  readonly title: string
  readonly kind: 'Task' | 'Pipeline' | 'StepAction'
  readonly name: string
  readonly params: (world: World) => Given
}

export interface Examples {
  readonly examples: readonly Example[]
  /** What leads to nothing. */
  readonly missing: (world: World) => Given
}

type Row = readonly [title: string, kind: Example['kind'], name: string, params: Example['params']]

const rows = (...all: readonly Row[]): Example[] =>
  all.map(([title, kind, name, params]) => ({ title, kind, name, params }))

const LOGIN = {
  'http-username': 'git',
  'http-password-secret': 'git-secret',
  'http-password-secret-key': 'git-token',
}
const TASK = { pathInRepo: 'task/git-clone/0.6/git-clone.yaml' }
const PIPELINE = { pathInRepo: 'pipeline/simple/0.1/simple.yaml' }

const main = ({ repository }: World): Given => ({ url: repository, revision: 'main' })

function fromForge({ forge }: World): Given {
  const token = { token: 'my-secret-token', tokenKey: 'token' }
  return { org: 'team', repo: 'repo', revision: 'main', scmType: 'gitea', serverURL: forge, ...token }
}

function fromHub({ hub }: World, kind: string, version: string): Given {
  return { url: hub, type: 'artifact', kind, name: 'git-clone', version }
}

/** By type. */
export const EXAMPLES: Readonly<Record<string, Examples>> = {
  bundles: {
    examples: rows(
      ['a task', 'Task', 'hello-world', ({ bundle }) => ({ bundle, name: 'hello-world', kind: 'task' })],
      [
        'a pipeline',
        'Pipeline',
        'hello-pipeline',
        ({ bundle }) => ({ bundle, name: 'hello-pipeline', kind: 'pipeline' }),
      ],
    ),
    missing: ({ bundle }) => ({ bundle, name: 'absent', kind: 'task' }),
  },
  git: {
    examples: rows(
      ['a task', 'Task', 'git-clone', world => ({ ...main(world), ...TASK })],
      ['a pipeline', 'Pipeline', 'simple', world => ({ ...main(world), ...PIPELINE })],
      [
        'a commit',
        'Task',
        'git-clone',
        world => ({ url: world.repository, revision: world.commit, ...TASK }),
      ],
      [
        'a forge’s API with a token',
        'Task',
        'git-clone',
        world => ({ ...fromForge(world), pathInRepo: 'task/git-clone.yaml' }),
      ],
    ),
    missing: world => ({ ...main(world), pathInRepo: 'absent.yaml' }),
  },
  cluster: {
    examples: rows(
      [
        'a task',
        'Task',
        'some-task',
        ({ namespace }) => ({ kind: 'task', name: 'some-task', namespace, cache: 'always' }),
      ],
      [
        'a step action',
        'StepAction',
        'some-stepaction',
        ({ namespace }) => ({ kind: 'stepaction', name: 'some-stepaction', namespace }),
      ],
      [
        'a pipeline',
        'Pipeline',
        'some-pipeline',
        ({ namespace }) => ({ kind: 'pipeline', name: 'some-pipeline', namespace }),
      ],
    ),
    missing: ({ namespace }) => ({ kind: 'task', name: 'absent', namespace }),
  },
  http: {
    examples: rows(
      ['a task', 'Task', 'from-http', ({ files }) => ({ url: `${files}/task.yaml` })],
      ['a login', 'Task', 'from-http', ({ files }) => ({ url: `${files}/private/task.yaml`, ...LOGIN })],
      [
        'a pipeline with its digest',
        'Pipeline',
        'from-http',
        ({ files, digest }) => ({ url: `${files}/pipeline.yaml`, digest }),
      ],
    ),
    missing: ({ files }) => ({ url: `${files}/absent.yaml` }),
  },
  hub: {
    examples: rows(
      ['a task', 'Task', 'git-clone', world => fromHub(world, 'task', '0.6')],
      ['a constraint', 'Task', 'git-clone-newer', world => fromHub(world, 'task', '>= 0.5.0')],
      [
        'a step action',
        'StepAction',
        'git-clone',
        world => ({ ...fromHub(world, 'stepaction', '0.1'), catalog: 'tekton-catalog-stepactions' }),
      ],
      [
        'a pipeline',
        'Pipeline',
        'buildpacks',
        world => ({ ...fromHub(world, 'pipeline', '0.1'), name: 'buildpacks' }),
      ],
    ),
    missing: world => ({ ...fromHub(world, 'task', '0.1'), name: 'absent' }),
  },
}
