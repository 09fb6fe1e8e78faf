// Tekton bundles from a registry (https://tekton.dev/docs/pipelines/bundle-resolver/), with Tekton's messages.

import { isNowhere } from '../../network/address.ts'
import { InvalidReference, parseReference, type Reference } from '../../oci/reference.ts'
import { ResolutionError } from '../error.ts'
import { type Params, requiredParam, textParam } from '../params.ts'
import type { Resolver, Settings } from '../resolver.ts'
import type { Tools } from '../resolvers.ts'
import { createBundleFetcher, type Entry } from './fetch.ts'

/** The bundle that is asked for; without one, `default-bundle` of the ConfigMap, in which `{name}` stands for the object. */
function bundleOf(params: Params, settings: Settings): string {
  const fallback = settings['default-bundle'] ?? ''
  if (textParam(params, 'bundle') !== undefined || fallback === '') return requiredParam(params, 'bundle')
  return fallback.replaceAll('{name}', requiredParam(params, 'name'))
}

function parse(bundle: string): Reference {
  try {
    const reference = parseReference(bundle)
    if (isNowhere(new URL(`http://${reference.registry}`).hostname))
      throw new InvalidReference('The registry must not be an address where clouds serve credentials.')
    return reference
  } catch (error) {
    if (error instanceof InvalidReference)
      throw new ResolutionError(`invalid bundle reference: ${error.message}`, { cause: error })
    throw error
  }
}

function entryOf(params: Params, settings: Settings): Entry {
  const reference = parse(bundleOf(params, settings))
  const name = requiredParam(params, 'name')
  const kind = textParam(params, 'kind') ?? (settings['default-kind'] || 'task')
  const secret = textParam(params, 'secret')
  const serviceAccount =
    textParam(params, 'serviceAccount') ?? (settings['default-service-account'] || 'default')
  const pull = { serviceAccount, ...(secret === undefined ? {} : { secrets: [secret] }) }
  return { reference, kind, name, pull }
}

export function createBundlesResolver(tools: Pick<Tools, 'fetch' | 'plainHttpRegistries'>): Resolver {
  const fetcher = createBundleFetcher(tools)
  return {
    type: 'bundles',
    validate(params, settings) {
      entryOf(params, settings)
    },
    resolve: (request, signal) => fetcher.fetch(entryOf(request.params, request.settings), request, signal),
  }
}
