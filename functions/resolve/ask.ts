// Puts a request as a question to its resolver, and tells people when the answer takes long.

import { InvalidRequest, ResolutionError } from '../../shared/resolution/error.ts'
import type { Params } from '../../shared/resolution/params.ts'
import { paramsOf, type ResolutionRequest } from '../../shared/resolution/request.ts'
import type { Resolved, Settings } from '../../shared/resolution/resolver.ts'
import { createSecrets } from '../../shared/resolution/secrets.ts'
import type { SettingsReader } from '../../shared/resolution/settings.ts'
import type { Failure } from '../../shared/resolution/status.ts'
import { tellOn } from '../../shared/resolution/tell.ts'
import type { Services } from '../../shared/runtime/function.ts'
import type { Verdict } from './decide.ts'
import type { Ready } from './resolvers.ts'

export type Mine = Extract<Verdict, { kind: 'answer' }>

/** After this long people are told, while the fetch goes on. */
const SLOW_MS = 10_000

/** Tells as a Kubernetes Event; that it cannot be told is no reason to fail. */
export function tell(services: Services, request: ResolutionRequest, failure: Failure): void {
  const { kubernetes, clock, log } = services
  tellOn(kubernetes, request, { ...failure, now: clock.now() }).catch(error =>
    log.warn({ request: request.metadata.name, error: String(error) }, 'an Event could not be written'),
  )
}

/** The parameters, which the resolver has looked at. Throws InvalidRequest. */
function validated(request: ResolutionRequest, { resolver }: Ready, settings: Settings): Params {
  try {
    const params = paramsOf(request, resolver.type)
    resolver.validate(params, settings)
    return params
  } catch (error) {
    if (error instanceof ResolutionError) throw new InvalidRequest(error.message, { cause: error })
    throw error
  }
}

export interface Asking {
  readonly request: ResolutionRequest
  readonly mine: Mine
  readonly ready: Ready
  readonly signal: AbortSignal
}

/** The resolver's answer. Throws InvalidRequest, ResolutionError, or what broke. */
export async function ask(
  services: Services,
  reader: SettingsReader,
  { request, mine, ready, signal }: Asking,
): Promise<Resolved> {
  const { namespace = 'default', name, uid = '', creationTimestamp = '' } = request.metadata
  const { resolver, registration } = ready
  const { flag, configMap } = registration
  if (!(await reader.isEnabled(flag)))
    throw new InvalidRequest(`cannot handle resolution request, ${flag} feature flag not true`)
  const settings = await reader.of(configMap)
  const cacheSettings = await reader.of('resolver-cache-config')
  const params = validated(request, ready, settings)
  const slow = setTimeout(() => {
    const message = `the ${mine.type} resolver has been fetching for ${SLOW_MS / 1000} s and goes on`
    tell(services, request, { reason: 'ResolutionSlow', message })
  }, SLOW_MS)
  const secrets = createSecrets(services.kubernetes, namespace)
  const createdAt = Date.parse(creationTimestamp)
  const about = { namespace, name, uid, createdAt, timeLeft: mine.timeLeft }
  const question = { ...about, params, settings, cacheSettings, secrets }
  return resolver.resolve(question, signal).finally(() => clearTimeout(slow))
}
