// The environment of a deployment: what each variable means, and that every mistake names its variable.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Config, readConfig } from '../../../shared/runtime/config.ts'

const KNOWN = ['validate', 'execute', 'notify']
const SECRET = '0123456789abcdef'
type Environment = Record<string, string>

const read = (env: Environment): Config => readConfig(env, KNOWN)

describe('the environment', () => {
  it('may be empty', () => {
    expect(read({})).toEqual({
      functions: [],
      namespace: 'kubernaut-system',
      policyName: 'playbook-policy',
      sink: undefined,
      port: 8080,
      logLevel: 'info',
      cooldownSeconds: 300,
      queueLength: 10,
      queueSeconds: 3600,
      loopRuns: 3,
      loopSeconds: 14_400,
      limits: {},
      approvalSeconds: 900,
      webhook: undefined,
      slackUrl: undefined,
      plainHttpRegistries: [],
      resolution: {
        types: [],
        lifecycle: false,
        resolversNamespace: 'tekton-pipelines-resolvers',
        tektonNamespace: 'tekton-pipelines',
        folder: undefined,
        environment: {},
      },
    })
  })

  it('says what is resolved, and passes on only what a program such as git looks at', () => {
    const resolving = { RESOLVERS: 'bundles, playbook', RESOLUTION_LIFECYCLE: 'true', RESOLVER_FOLDER: '/a' }
    const inherited = { PATH: '/bin', https_proxy: 'http://proxy.example', NO_PROXY: 'a' }
    expect(read({ ...resolving, ...inherited, WEBHOOK_SECRET: SECRET }).resolution).toEqual({
      types: ['bundles', 'playbook'],
      lifecycle: true,
      resolversNamespace: 'tekton-pipelines-resolvers',
      tektonNamespace: 'tekton-pipelines',
      folder: '/a',
      environment: inherited,
    })
    expect(() => read({ RESOLVERS: 'bundles,svn' })).toThrow(/^RESOLVERS names svn, .* Choose among bundles,/)
  })

  const rows: [string, Environment, Partial<Config>][] = [
    ['one function', { FUNCTIONS: 'notify' }, { functions: ['notify'] }],
    ['several, with spaces', { FUNCTIONS: ' notify , execute,' }, { functions: ['notify', 'execute'] }],
    ['a Knative Service named after a function', { K_SERVICE: 'execute' }, { functions: ['execute'] }],
    [
      'a Knative Service with another name serves all',
      { K_SERVICE: 'playbook-functions' },
      { functions: [] },
    ],
    [
      'FUNCTIONS wins over the name of the Service',
      { FUNCTIONS: 'notify', K_SERVICE: 'execute' },
      { functions: ['notify'] },
    ],
    ['the namespace of the pod', { POD_NAMESPACE: 'tools' }, { namespace: 'tools' }],
    ['the Broker', { K_SINK: 'http://broker.example/a/b' }, { sink: 'http://broker.example/a/b' }],
    ['a port', { PORT: '9090' }, { port: 9090 }],
    ['any free port', { PORT: '0' }, { port: 0 }],
    ['the last port', { PORT: '65535' }, { port: 65535 }],
    ['a log level', { LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
    ['no cooldown', { COOLDOWN_SECONDS: '0' }, { cooldownSeconds: 0 }],
    ['a line', { QUEUE_LENGTH: '0', QUEUE_SECONDS: '60' }, { queueLength: 0, queueSeconds: 60 }],
    ['loops', { LOOP_RUNS: '5', LOOP_SECONDS: '60' }, { loopRuns: 5, loopSeconds: 60 }],
    ['limits', { LIMITS: '{"global":{"atOnce":5}}' }, { limits: { global: { atOnce: 5 } } }],
    [
      'a webhook',
      { WEBHOOK_URL: 'https://a.example/x', WEBHOOK_SECRET: SECRET },
      { webhook: { url: 'https://a.example/x', secret: SECRET } },
    ],
    ['a secret alone is no webhook', { WEBHOOK_SECRET: SECRET }, { webhook: undefined }],
    ['Slack', { SLACK_URL: 'https://slack.example/x' }, { slackUrl: 'https://slack.example/x' }],
    ['registries', { PLAIN_HTTP_REGISTRIES: 'a:5000,b' }, { plainHttpRegistries: ['a:5000', 'b'] }],
    [
      'empty is absent',
      {
        PORT: '',
        K_SINK: '',
        LOG_LEVEL: '',
        POD_NAMESPACE: '',
        FUNCTIONS: '',
        WEBHOOK_URL: '',
        SLACK_URL: '',
      },
      { port: 8080, sink: undefined, logLevel: 'info' },
    ],
  ]
  it.each(rows)('%s', (_, env, expected) => {
    expect(read(env)).toMatchObject(expected)
  })

  it('is read once and does not change', () => {
    expect(Object.isFrozen(read({}))).toBe(true)
  })
})

describe('a mistake', () => {
  const rows: [string, Environment, RegExp][] = [
    [
      'a function that is none',
      { FUNCTIONS: 'notify,exekute' },
      /^FUNCTIONS names exekute.*validate, execute, notify/,
    ],
    ['a port in words', { PORT: 'http' }, /^PORT .*"http"/],
    ['a negative port', { PORT: '-1' }, /^PORT /],
    ['a port with a fraction', { PORT: '80.5' }, /^PORT /],
    ['a port beyond the last', { PORT: '65536' }, /^PORT .*65535/],
    ['a cooldown with a unit', { COOLDOWN_SECONDS: '5m' }, /^COOLDOWN_SECONDS .*"5m"/],
    ['a line without a number', { QUEUE_LENGTH: 'many' }, /^QUEUE_LENGTH .*"many"/],
    ['a line that no Lease can hold', { QUEUE_LENGTH: '1001' }, /^QUEUE_LENGTH .*1000/],
    ['more loops than a Lease remembers', { LOOP_RUNS: '21' }, /^LOOP_RUNS .*20/],
    ['limits that are no JSON', { LIMITS: '5 runs' }, /^LIMITS must be JSON such as/],
    ['a log level that is none', { LOG_LEVEL: 'verbose' }, /^LOG_LEVEL .*debug.*"verbose"/],
    ['a sink that is no address', { K_SINK: 'broker' }, /^K_SINK .*http/],
    ['a sink that is not http', { K_SINK: 'ftp://broker/' }, /^K_SINK /],
    ['a webhook that is no address', { WEBHOOK_URL: 'x', WEBHOOK_SECRET: SECRET }, /^WEBHOOK_URL /],
    ['a webhook without a secret', { WEBHOOK_URL: 'https://a.example' }, /^WEBHOOK_SECRET /],
    [
      'a webhook with a short secret',
      { WEBHOOK_URL: 'https://a.example', WEBHOOK_SECRET: 'short' },
      /^WEBHOOK_SECRET /,
    ],
    [
      'a webhook whose secret is not the base64 it says',
      { WEBHOOK_URL: 'https://a.example', WEBHOOK_SECRET: `whsec_${'?'.repeat(40)}` },
      /^WEBHOOK_SECRET .*base64/,
    ],
    ['Slack without a scheme', { SLACK_URL: 'slack.example/x' }, /^SLACK_URL /],
    ['an address with a password', { SLACK_URL: 'https://me:pass@slack.example' }, /^SLACK_URL .*password/],
  ]
  it.each(rows)('%s', (_, env, sentence) => {
    expect(() => read(env)).toThrow(sentence)
  })

  it.each(['SLACK_URL', 'WEBHOOK_URL'])('%s is a credential: its value is not shown', name => {
    const env = { [name]: 'hooks.example/T0/B0/hunter2', WEBHOOK_SECRET: SECRET }
    expect(() => read(env)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    )
  })
})

it('reads exactly the variables that its documentation names', () => {
  const read = new Set<string>()
  const env = new Proxy<Environment>({}, { get: (_, name) => void read.add(String(name)) })
  readConfig(env, KNOWN)
  // A webhook's secret is looked for only where there is a webhook.
  readConfig(
    new Proxy(
      { WEBHOOK_URL: 'https://a.example', WEBHOOK_SECRET: SECRET },
      {
        get: (target: Environment, name: string) => {
          read.add(name)
          return target[name]
        },
      },
    ),
    KNOWN,
  )
  const source = readFileSync(new URL('../../../shared/runtime/config.ts', import.meta.url), 'utf8')
  const [, docstring = ''] = /\/\*\*([^/]*?)\*\/\s*export function readConfig/.exec(source) ?? []
  const documented = [...docstring.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name]) => name)
  expect([...read].sort()).toEqual(documented.sort())
})
