// The environment of a deployment, read once, checked, and frozen.

import { type Limits, parseLimits } from '../remediation/limits.ts'
import { REMEMBERED } from '../remediation/lock-state.ts'
import { RESOLVERS } from '../resolution/resolvers.ts'

export interface Config {
  /** Which functions this deployment serves; empty means the whole set. */
  readonly functions: readonly string[]
  /** The system's own namespace: Leases and dead letters live there. */
  readonly namespace: string
  /** Where results go that are not the reply to a delivery: the Broker's URL. */
  readonly sink: string | undefined
  readonly port: number
  readonly logLevel: string
  /** Seconds during which a target rests after a run, unless its Playbook says otherwise. */
  readonly cooldownSeconds: number
  /** How many remediations may wait for one target, and for how many seconds. */
  readonly queueLength: number
  readonly queueSeconds: number
  /** After so many futile runs of a target within so many seconds a person is asked; 0 runs for never. */
  readonly loopRuns: number
  readonly loopSeconds: number
  readonly limits: Limits
  /** Seconds during which a run that waits for an approval may get one. */
  readonly approvalSeconds: number
  /** The ConfigMap in the system's own namespace that holds the policy. */
  readonly policyName: string
  readonly webhook: { readonly url: string; readonly secret: string } | undefined
  readonly slackUrl: string | undefined
  /** Registries that speak plain http although their address does not say so. */
  readonly plainHttpRegistries: readonly string[]
  readonly resolution: ResolutionConfig
}

/** What `resolve` is told. */
export interface ResolutionConfig {
  /** The types that this deployment answers; none where left out. */
  readonly types: readonly string[]
  /** True where no controller of Tekton's looks after ResolutionRequests. */
  readonly lifecycle: boolean
  /** Where the ConfigMaps of the resolvers are. */
  readonly resolversNamespace: string
  /** Where Tekton's `config-defaults` is. */
  readonly tektonNamespace: string
  /** What the resolver `disk` reads. */
  readonly folder: string | undefined
  /** For resolvers and the programs that they start: proxies, address lists, hubs, PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

const LEVELS: readonly string[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

type Environment = Readonly<Record<string, string | undefined>>

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')
}

function wholeNumber(env: Environment, name: string, fallback: number): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  if (!/^\d{1,9}$/.test(text))
    throw new Error(`${name} must be a whole number, but is "${text}". Correct it or leave it out.`)
  return Number(text)
}

function atMost(
  env: Environment,
  name: string,
  { fallback, most }: { fallback: number; most: number },
): number {
  const value = wholeNumber(env, name, fallback)
  if (value > most)
    throw new Error(`${name} must be at most ${most}, but is ${value}. Correct it or leave it out.`)
  return value
}

function readLevel(env: Environment): string {
  const level = env.LOG_LEVEL || 'info'
  if (!LEVELS.includes(level))
    throw new Error(`LOG_LEVEL must be one of ${LEVELS.join(', ')}, but is "${level}".`)
  return level
}

/** The text is not shown: an address may be a credential. */
function address(env: Environment, name: string): string | undefined {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new Error(`${name} must be an http or https URL. Correct it or leave it out.`)
  const { username, password } = new URL(text)
  if (username !== '' || password !== '')
    throw new Error(`${name} must not hold a user name or a password: fetch refuses such an address.`)
  return text
}

/** What resolvers and the programs that they start look at; nothing else of ours reaches them. */
const INHERITED = [
  ...['PATH', 'HOME', 'TMPDIR', 'LANG', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'ALLOWED_ADDRESSES', 'BLOCKED_ADDRESSES'],
  ...['ARTIFACT_HUB_API', 'TEKTON_HUB_API', 'RESOLVERS_NAMESPACE'],
]

function readResolution(env: Environment): ResolutionConfig {
  const types = list(env.RESOLVERS)
  const unknown = types.filter(type => !Object.hasOwn(RESOLVERS, type))
  if (unknown.length > 0)
    throw new Error(
      `RESOLVERS names ${unknown.join(', ')}, which is no resolver here. Choose among ${Object.keys(RESOLVERS).join(', ')}.`,
    )
  return {
    types,
    lifecycle: env.RESOLUTION_LIFECYCLE === 'true',
    resolversNamespace: env.RESOLVERS_NAMESPACE || 'tekton-pipelines-resolvers',
    tektonNamespace: env.TEKTON_NAMESPACE || 'tekton-pipelines',
    folder: env.RESOLVER_FOLDER || undefined,
    environment: Object.fromEntries(
      Object.entries(env).filter(([name]) => INHERITED.includes(name.toUpperCase())),
    ),
  }
}

function readWebhook(env: Environment): Config['webhook'] {
  const url = address(env, 'WEBHOOK_URL')
  if (url === undefined) return undefined
  const secret = env.WEBHOOK_SECRET ?? ''
  if (secret.length < 16)
    throw new Error(
      'WEBHOOK_SECRET must have at least 16 characters when WEBHOOK_URL is set; it signs the events.',
    )
  if (secret.startsWith('whsec_') && !BASE64.test(secret.slice('whsec_'.length)))
    throw new Error('WEBHOOK_SECRET must be base64 after whsec_, as Standard Webhooks has it.')
  return { url, secret }
}

/**
 * Reads `FUNCTIONS` (or `K_SERVICE`, which Knative sets), `POD_NAMESPACE`, `K_SINK`, `PORT`, `LOG_LEVEL`, `COOLDOWN_SECONDS`,
 * `QUEUE_LENGTH`, `QUEUE_SECONDS`, `LOOP_RUNS`, `LOOP_SECONDS`, `LIMITS`, `APPROVAL_SECONDS`, `POLICY_CONFIGMAP`,
 * `WEBHOOK_URL`, `WEBHOOK_SECRET`, `SLACK_URL`, `PLAIN_HTTP_REGISTRIES`; for `resolve` `RESOLVERS`, `RESOLUTION_LIFECYCLE`,
 * `RESOLVERS_NAMESPACE`, `TEKTON_NAMESPACE` and `RESOLVER_FOLDER`. Throws an Error that names the variable and the rule.
 */
export function readConfig(env: Environment, known: readonly string[]): Config {
  const named = list(env.FUNCTIONS)
  const unknown = named.filter(name => !known.includes(name))
  if (unknown.length > 0)
    throw new Error(
      `FUNCTIONS names ${unknown.join(', ')}, which is no function here. Choose among ${known.join(', ')}.`,
    )
  const service = env.K_SERVICE
  return Object.freeze({
    functions: named.length === 0 && service !== undefined && known.includes(service) ? [service] : named,
    namespace: env.POD_NAMESPACE || 'kubernaut-system',
    sink: address(env, 'K_SINK'),
    port: atMost(env, 'PORT', { fallback: 8080, most: 65_535 }),
    logLevel: readLevel(env),
    cooldownSeconds: wholeNumber(env, 'COOLDOWN_SECONDS', 300),
    // A line is kept in one Lease, whose annotations may have 256 KiB.
    queueLength: atMost(env, 'QUEUE_LENGTH', { fallback: 10, most: 1_000 }),
    queueSeconds: wholeNumber(env, 'QUEUE_SECONDS', 3600),
    // More than a Lease remembers would never be reached.
    loopRuns: atMost(env, 'LOOP_RUNS', { fallback: 3, most: REMEMBERED }),
    loopSeconds: wholeNumber(env, 'LOOP_SECONDS', 14_400),
    limits: parseLimits(env.LIMITS),
    approvalSeconds: wholeNumber(env, 'APPROVAL_SECONDS', 900),
    policyName: env.POLICY_CONFIGMAP || 'playbook-policy',
    webhook: readWebhook(env),
    slackUrl: address(env, 'SLACK_URL'),
    plainHttpRegistries: list(env.PLAIN_HTTP_REGISTRIES),
    resolution: readResolution(env),
  })
}
