// Our own: a registered playbook by name and version, always as the digest that was registered.

import type { Kubernetes } from '../../kubernetes/client.ts'
import { playbooks } from '../../kubernetes/resources.ts'
import { parseReference } from '../../oci/reference.ts'
import { repositoryOf } from '../../playbook/aliases.ts'
import { inlinePipeline } from '../../playbook/inline.ts'
import { nameOf, type Playbook, type Release } from '../../playbook/playbook.ts'
import { selectPlaybook } from '../../playbook/select.ts'
import { createBundleFetcher } from '../bundles/fetch.ts'
import { ResolutionError } from '../error.ts'
import { isListed } from '../namespaces.ts'
import { type Params, requiredParam, textParam } from '../params.ts'
import type { PullSource, Resolved, Resolver, ResolverRequest } from '../resolver.ts'
import type { Tools } from '../resolvers.ts'

interface Wanted {
  /** Undefined: the request's own. */
  readonly namespace: string | undefined
  readonly name: string
  readonly version: string | undefined
}

/** `name` may be `namespace/name`, as analyses write it. */
function wantedBy(params: Params): Wanted {
  const [first = '', second, ...rest] = requiredParam(params, 'name').split('/')
  if (rest.length > 0 || first === '' || second === '')
    throw new ResolutionError('parameter "name" must be a playbook\'s name, or namespace/name')
  const namespace = second === undefined ? textParam(params, 'namespace') : first
  return { namespace, name: second ?? first, version: textParam(params, 'version') }
}

interface Chosen {
  readonly playbook: Playbook
  readonly release: Release
}

async function choose(kubernetes: Kubernetes, request: ResolverRequest): Promise<Chosen> {
  const { name, version, namespace = request.namespace } = wantedBy(request.params)
  // A namespace is a tenant: another one's playbooks are there only where an operator opened it.
  if (namespace !== request.namespace && !isListed(namespace, request.settings))
    throw new ResolutionError(
      `playbooks of the namespace ${namespace} may not be used in ${request.namespace}: name it in allowed-namespaces of playbook-resolver-config`,
    )
  const known = await kubernetes.get<Playbook>(playbooks, { namespace, name })
  const among =
    known === undefined ? (await kubernetes.list<Playbook>(playbooks, { namespace })).items : [known]
  const selected = selectPlaybook({ playbook: name, version }, among)
  if (!selected.ok) throw new ResolutionError(selected.message)
  return selected
}

/** The Playbook's own credentials in its own namespace, never elsewhere. */
function pullSource({ metadata, spec }: Playbook, request: ResolverRequest): PullSource {
  if (metadata.namespace !== request.namespace) return { serviceAccount: 'default' }
  const secrets = (spec.imagePullSecrets ?? []).map(({ name }) => name)
  return { serviceAccount: spec.serviceAccountName ?? 'default', secrets }
}

/** The Pipeline around an image: it came from the image, and is what its digest says. */
function inlined(release: Release): Pick<Resolved, 'data' | 'refSource'> {
  const { image = '', digest, pipeline } = release
  return {
    data: inlinePipeline(release),
    refSource: {
      uri: repositoryOf(image),
      digest: { sha256: digest.replace('sha256:', '') },
      entryPoint: pipeline,
    },
  }
}

export function createPlaybookResolver(
  tools: Pick<Tools, 'kubernetes' | 'fetch' | 'plainHttpRegistries'>,
): Resolver {
  const { kubernetes } = tools
  const fetcher = createBundleFetcher(tools)
  return {
    type: 'playbook',
    validate(params) {
      wantedBy(params)
    },
    async resolve(request, signal) {
      const { playbook, release } = await choose(kubernetes, request)
      const holds = async (later: ResolverRequest): Promise<boolean> => {
        const { bundle, digest } = (await choose(kubernetes, later)).release
        return bundle === release.bundle && digest === release.digest
      }
      const annotations = { playbook: nameOf(playbook), version: release.version }
      if (release.bundle === undefined) return { ...inlined(release), annotations, holds }
      const entry = {
        reference: parseReference(release.bundle),
        kind: 'pipeline',
        name: release.pipeline,
        pull: pullSource(playbook, request),
      }
      const resolved = await fetcher.fetch(entry, request, signal)
      // The digest holds for ever; that this playbook may run, and which version is current, does not.
      return { ...resolved, annotations: { ...resolved.annotations, ...annotations }, holds }
    },
  }
}
