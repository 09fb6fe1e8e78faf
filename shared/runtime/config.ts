// The environment of a deployment, read once, checked, and frozen.

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
  /** Seconds during which a run that waits for an approval may get one. */
  readonly approvalSeconds: number
  /** The ConfigMap in the system's own namespace that holds the policy. */
  readonly policyName: string
  readonly webhook: { readonly url: string; readonly secret: string } | undefined
  readonly slackUrl: string | undefined
  /** Registries that speak plain http although their address does not say so. */
  readonly plainHttpRegistries: readonly string[]
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

function readPort(env: Environment): number {
  const port = wholeNumber(env, 'PORT', 8080)
  if (port > 65_535)
    throw new Error(`PORT must be at most 65535, but is ${port}. Correct it or leave it out.`)
  return port
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
 * `APPROVAL_SECONDS`, `POLICY_CONFIGMAP`, `WEBHOOK_URL`, `WEBHOOK_SECRET`, `SLACK_URL`, `PLAIN_HTTP_REGISTRIES`. Throws an Error that names the variable and the rule.
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
    port: readPort(env),
    logLevel: readLevel(env),
    cooldownSeconds: wholeNumber(env, 'COOLDOWN_SECONDS', 300),
    approvalSeconds: wholeNumber(env, 'APPROVAL_SECONDS', 900),
    policyName: env.POLICY_CONFIGMAP || 'playbook-policy',
    webhook: readWebhook(env),
    slackUrl: address(env, 'SLACK_URL'),
    plainHttpRegistries: list(env.PLAIN_HTTP_REGISTRIES),
  })
}
