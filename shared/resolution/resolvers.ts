// Every resolver there is: its type, its ConfigMap and flag as Tekton names them, and how it is made. Loaded when wanted.

import type { Kubernetes } from '../kubernetes/client.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Resolver } from './resolver.ts'

/** What resolvers reach the world with; each takes what it needs. */
export interface Tools {
  readonly kubernetes: Kubernetes
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  /** Proxies, address lists, hubs; and for programs that a resolver starts, such as git, PATH and HOME. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly plainHttpRegistries: readonly string[]
  /** What the resolver `disk` may read; only in the local world. */
  readonly folder?: string | undefined
}

export interface Registration {
  /** How Tekton's errors call it: `error getting "bundleresolver" …`. */
  readonly title: string
  /** In the resolvers' namespace. */
  readonly configMap: string
  /** The key in `resolvers-feature-flags`; true where it is missing. */
  readonly flag?: string
  /** Milliseconds for one request unless `fetch-timeout` says otherwise. */
  readonly timeoutMs: number
  readonly load: (tools: Tools) => Promise<Resolver>
}

/** For servers that users name: what is dialled is judged (docs/decisions/023). */
async function judgedFetch({ environment }: Tools): Promise<typeof globalThis.fetch> {
  return (await import('../network/fetch.ts')).createNetwork({ environment }).fetch
}

/** By type. */
export const RESOLVERS: Readonly<Record<string, Registration>> = {
  bundles: {
    title: 'bundleresolver',
    configMap: 'bundleresolver-config',
    flag: 'enable-bundles-resolver',
    timeoutMs: 60_000,
    load: async tools => (await import('./bundles/resolver.ts')).createBundlesResolver(tools),
  },
  cluster: {
    title: 'Cluster',
    configMap: 'cluster-resolver-config',
    flag: 'enable-cluster-resolver',
    timeoutMs: 30_000,
    load: async ({ kubernetes }) => (await import('./cluster/resolver.ts')).createClusterResolver(kubernetes),
  },
  disk: {
    title: 'Disk',
    configMap: 'disk-resolver-config',
    timeoutMs: 10_000,
    load: async ({ folder }) => {
      if (folder === undefined)
        throw new Error('The resolver disk needs RESOLVER_FOLDER, the folder that it reads.')
      return (await import('./disk/resolver.ts')).createDiskResolver(folder)
    },
  },
  git: {
    title: 'Git',
    configMap: 'git-resolver-config',
    flag: 'enable-git-resolver',
    timeoutMs: 60_000,
    load: async tools => (await import('./git/resolver.ts')).createGitResolver(tools),
  },
  http: {
    title: 'Http',
    configMap: 'http-resolver-config',
    flag: 'enable-http-resolver',
    timeoutMs: 60_000,
    load: async tools =>
      (await import('./http/resolver.ts')).createHttpResolver({ fetch: await judgedFetch(tools) }),
  },
  hub: {
    title: 'Hub',
    configMap: 'hubresolver-config',
    flag: 'enable-hub-resolver',
    timeoutMs: 60_000,
    load: async tools => {
      const fetch = await judgedFetch(tools)
      return (await import('./hub/resolver.ts')).createHubResolver({ ...tools, fetch })
    },
  },
  playbook: {
    title: 'Playbook',
    configMap: 'playbook-resolver-config',
    timeoutMs: 60_000,
    load: async tools => (await import('./playbook/resolver.ts')).createPlaybookResolver(tools),
  },
}
