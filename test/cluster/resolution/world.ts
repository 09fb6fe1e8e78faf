// What Tekton's documentation resolves from the internet, on this machine: a registry, a git server, a forge, files and a hub.

import { createHash } from 'node:crypto'
import { publishing } from '../../conformance/tekton.bundles.ts'
import { closeAll, serve } from '../../shared/network/servers.ts'
import { serveForge } from '../../shared/resolution/git/forge-server.ts'
import { removeAll, serveGit } from '../../shared/resolution/git/git-server.ts'
import { serveHub } from '../../shared/resolution/hub/hub-server.ts'
import { kubectl } from '../kubectl.ts'
import { SYSTEM } from '../stage.ts'
import { testHost } from '../test-host.ts'
import { type Gate, openGate } from './gate.ts'

export interface World extends AsyncDisposable {
  /** Has the objects of the cluster resolver, and two secrets. */
  readonly namespace: string
  readonly bundle: string
  /** A repository, and its newest commit. */
  readonly repository: string
  readonly commit: string
  /** Before the same git server. */
  readonly slow: Gate
  /** A Gitea with the repository `team/repo`. */
  readonly forge: string
  /** `task.yaml` and `pipeline.yaml`, and under `private/` for who has the login. */
  readonly files: string
  /** The digest of its `pipeline.yaml`. */
  readonly digest: string
  readonly hub: string
}

const COMMIT = 'a'.repeat(40)
const LOGIN = `Basic ${Buffer.from('git:password').toString('base64')}`
const step = { name: 'run', image: 'registry.example.com/shell:1' }

function objectOf(kind: string, apiVersion: string, name: string, spec: object): string {
  return JSON.stringify({ apiVersion, kind, metadata: { name }, spec })
}

const task = (name: string): string => objectOf('Task', 'tekton.dev/v1', name, { steps: [step] })
const action = (name: string): string =>
  objectOf('StepAction', 'tekton.dev/v1beta1', name, { image: step.image })
/** Its only task is skipped: a run of it is real and ends at once, without a pod. */
function idle(name: string): string {
  const when = [{ input: 'a', operator: 'in', values: ['b'] }]
  return objectOf('Pipeline', 'tekton.dev/v1', name, {
    tasks: [{ name: 'a', when, taskSpec: { steps: [step] } }],
  })
}

/** What the cluster resolver finds, and the secrets that a git and an http request name. */
function fill(namespace: string): void {
  for (const object of [task('some-task'), idle('some-pipeline'), action('some-stepaction')])
    kubectl(['-n', namespace, 'apply', '-f', '-'], object)
  const create = ['-n', namespace, 'create']
  kubectl([...create, 'secret', 'generic', 'my-secret-token', '--from-literal=token=t0ken'])
  kubectl([...create, 'secret', 'generic', 'git-secret', '--from-literal=git-token=password'])
  const accounts = ['git', 'http'].map(type => `--serviceaccount=${SYSTEM}:resolve-${type}`)
  kubectl([...create, 'rolebinding', 'pulls', '--clusterrole=playbook-pull-secrets', ...accounts])
}

async function openGit(host: string): Promise<Pick<World, 'repository' | 'commit' | 'slow'>> {
  const { url, port, repository } = await serveGit({}, host)
  const commit = repository('catalog').commit({
    'task/git-clone/0.6/git-clone.yaml': task('git-clone'),
    'pipeline/simple/0.1/simple.yaml': idle('simple'),
  })
  return { repository: `${url}/catalog.git`, commit, slow: await openGate(`${host}:${port}`) }
}

async function openForge(host: string): Promise<string> {
  const files = { [`${COMMIT}:task/git-clone.yaml`]: task('git-clone') }
  return (await serveForge('gitea', { commits: { main: COMMIT }, files }, host)).url
}

async function openFiles(host: string): Promise<string> {
  const { url } = await serve((asked, response) => {
    const path = asked.url ?? ''
    const isWelcome = !path.startsWith('/private/') || asked.headers.authorization === LOGIN
    if (!isWelcome) return response.writeHead(401).end()
    if (path.endsWith('/pipeline.yaml')) return response.end(idle('from-http'))
    if (path.endsWith('/task.yaml')) return response.end(task('from-http'))
    response.writeHead(404).end()
  }, host)
  return url
}

async function openHub(host: string): Promise<string> {
  const packages = {
    'task/tekton-catalog-tasks/git-clone': { '0.6.0': task('git-clone'), '0.7.0': task('git-clone-newer') },
    'pipeline/tekton-catalog-pipelines/buildpacks': { '0.1.0': idle('buildpacks') },
    'stepaction/tekton-catalog-stepactions/git-clone': { '0.1.0': action('git-clone') },
  }
  return (await serveHub(packages, host)).url
}

/** Starts the servers, and fills a namespace. */
export async function openWorld(namespace: string, registry: string): Promise<World> {
  fill(namespace)
  const host = await testHost()
  const git = await openGit(host)
  return {
    namespace,
    bundle: await publishing(registry).publish([task('hello-world'), idle('hello-pipeline')]),
    ...git,
    forge: await openForge(host),
    files: await openFiles(host),
    digest: `sha256:${createHash('sha256').update(idle('from-http')).digest('hex')}`,
    hub: await openHub(host),
    async [Symbol.asyncDispose]() {
      await git.slow[Symbol.asyncDispose]()
      await closeAll()
      removeAll()
    },
  }
}
