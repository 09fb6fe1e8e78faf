// `playbook register`: applies a registration, and waits for what the cluster says of it.

import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { isObject } from '../../shared/analysis/document.ts'
import { KubernetesError } from '../../shared/kubernetes/errors.ts'
import { playbooks } from '../../shared/kubernetes/resources.ts'
import { type Playbook, readyCondition } from '../../shared/playbook/playbook.ts'
import { parseDuration } from '../../shared/runtime/duration.ts'
import { type Cluster, type ClusterOptions, openCluster } from '../cluster.ts'
import { type Format, print } from '../output.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { readiness } from './read.ts'

export interface RegisterOptions extends ClusterOptions {
  readonly output: Format
  /** Another bundle than the file names. */
  readonly bundle?: string
  /** How long to wait for the verdict, as a Go duration. */
  readonly wait: string
}

async function readRegistration(path: string): Promise<Playbook> {
  if (!existsSync(path)) throw new Trouble(`${path} does not exist.`)
  const file = (await stat(path)).isDirectory() ? join(path, 'playbook.yaml') : path
  const text = await readFile(file, 'utf8').catch(error => {
    throw new Trouble(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}.`)
  })
  const documents = parseAllDocuments(text).map(document => document.toJS() as unknown)
  const [playbook, ...others] = documents.filter(each => isObject(each) && each.kind === 'Playbook')
  if (!isObject(playbook) || !isObject(playbook.metadata) || !isObject(playbook.spec) || others.length > 0)
    throw new Trouble(`${file} must hold one Playbook, with metadata and spec.`)
  return playbook as unknown as Playbook
}

/** As kubectl apply: what is not in the file stays as others wrote it, but spec is the file's. */
async function apply({ kubernetes }: Cluster, playbook: Playbook): Promise<Playbook> {
  const { namespace, name } = playbook.metadata
  const known = await kubernetes.get<Playbook>(playbooks, { namespace, name })
  if (known === undefined) return kubernetes.create<Playbook>(playbooks, playbook)
  const { labels = {}, annotations = {} } = playbook.metadata
  const metadata = {
    ...known.metadata,
    labels: { ...known.metadata.labels, ...labels },
    annotations: { ...known.metadata.annotations, ...annotations },
  }
  return kubernetes.replace<Playbook>(playbooks, { ...known, metadata, spec: playbook.spec })
}

function isJudged(playbook: Playbook): boolean {
  return readiness(playbook) !== 'not looked at yet' && readyCondition(playbook)?.status !== 'Unknown'
}

/** The Playbook once the cluster has judged it; as it was last seen where that takes too long. */
async function judged({ kubernetes }: Cluster, playbook: Playbook, patience: number): Promise<Playbook> {
  const { namespace, name } = playbook.metadata
  let last = (await kubernetes.get<Playbook>(playbooks, { namespace, name })) ?? playbook
  const signal = AbortSignal.timeout(patience)
  const resourceVersion = last.metadata.resourceVersion ?? '0'
  if (isJudged(last)) return last
  try {
    for await (const { object } of kubernetes.watch<Playbook>(playbooks, {
      namespace,
      resourceVersion,
      signal,
    })) {
      if (object.metadata.name !== name) continue
      last = object
      if (isJudged(last)) return last
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return last
}

function explained(error: unknown, { namespace }: Playbook['metadata']): unknown {
  if (!(error instanceof KubernetesError) || error.status !== 403) return error
  return new Trouble(
    `${error.message}\nWhoever may create pipelineruns in ${namespace} may register Playbooks there.`,
  )
}

/** 1 where the registration is refused. */
export async function register(shell: Shell, path: string, options: RegisterOptions): Promise<ExitCode> {
  const patience = parseDuration(options.wait)
  if (patience === undefined) throw new Trouble(`--wait takes a duration like 30s, not ${options.wait}.`)
  const read = await readRegistration(path)
  await using cluster = openCluster(shell, options)
  const metadata = {
    ...read.metadata,
    namespace: options.namespace ?? read.metadata.namespace ?? cluster.namespace,
  }
  const spec = options.bundle === undefined ? read.spec : { ...read.spec, bundle: options.bundle }
  const applied = await apply(cluster, { ...read, metadata, spec }).catch(error => {
    throw explained(error, metadata)
  })
  const verdict = await judged(cluster, applied, patience)
  const name = `${metadata.namespace}/${metadata.name}`
  if (!isJudged(verdict))
    throw new Trouble(
      `${name} is applied, but nobody has judged it within ${options.wait}: does register run?`,
    )
  const { version, digest, findings = [] } = verdict.status ?? {}
  const condition = readyCondition(verdict)
  const isReady = condition?.status === 'True'
  await print(shell, options.output, {
    value: {
      playbook: name,
      ready: isReady,
      version,
      digest,
      reason: condition?.reason,
      message: condition?.message,
      findings,
    },
    table: () =>
      [
        isReady
          ? `${name} ${version} is registered as ${digest}.`
          : `${name} is refused: ${condition?.reason}: ${condition?.message}`,
        ...findings.map(({ severity, rule, message }) => `  ${severity} ${rule}: ${message}`),
      ].join('\n'),
  })
  return isReady ? EXIT.yes : EXIT.no
}
