// A hub that holds packages: Artifact Hub's API (https://artifacthub.io/docs/api/) and Tekton Hub's, as far as they are asked.

import { type Served, serve } from '../../network/servers.ts'

export interface HubServer extends Served {
  /** Paths, oldest first. */
  readonly asked: string[]
  /** From now on: every answer has this status. */
  readonly fail: (status: number | undefined) => void
}

/** `task/catalog/name` to its versions and their texts. */
export type Packages = Readonly<Record<string, Readonly<Record<string, string>>>>

function artifactAnswer(packages: Packages, path: string): unknown {
  const [, kind, catalog, name, version] =
    /^\/api\/v1\/packages\/tekton-([^/]+)\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? []
  const versions = packages[`${kind}/${catalog}/${name}`]
  const chosen = version ?? Object.keys(versions ?? {}).at(-1) ?? ''
  if (versions?.[chosen] === undefined) return undefined
  const available = Object.keys(versions).map(each => ({ version: each, prerelease: each.includes('-') }))
  return { name, version: chosen, available_versions: available, data: { manifestRaw: versions[chosen] } }
}

function tektonAnswer(packages: Packages, path: string): unknown {
  const [, catalog, kind, name, version] =
    /^\/v1\/resource\/([^/]+)\/([^/]+)\/([^/]+)(?:\/([^/]+)\/yaml)?$/.exec(path) ?? []
  const versions = packages[`${kind}/${catalog}/${name}`]
  if (versions === undefined || (version !== undefined && versions[version] === undefined)) return undefined
  if (version !== undefined) return { data: { yaml: versions[version] } }
  return { data: { name, versions: Object.keys(versions).map(each => ({ id: 1, version: each })) } }
}

export async function serveHub(packages: Packages, address?: string): Promise<HubServer> {
  const asked: string[] = []
  let status: number | undefined
  const served = await serve((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const answer = artifactAnswer(packages, path) ?? tektonAnswer(packages, path)
    response.writeHead(status ?? (answer === undefined ? 404 : 200), { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? { message: 'not found' }))
  }, address)
  return {
    ...served,
    asked,
    fail(next) {
      status = next
    },
  }
}
