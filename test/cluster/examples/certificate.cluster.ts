// The example that renews a client certificate: of a workload that the API server refuses, and takes again afterwards.

import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kubectlImage } from '../cluster.ts'
import { kubectl } from '../kubectl.ts'
import { openTenant, publishExample, type Tenant } from './example.ts'
import { apply, available, awaitAvailable, awaitLook, look, workload } from './workload.ts'

let tenant: Tenant

beforeAll(async () => {
  tenant = await openTenant('certificate')
})
afterAll(() => tenant[Symbol.asyncDispose]())

/** A certificate of that user, signed by itself: no API server takes it. */
function selfSigned(user: string): { crt: string; key: string } {
  const [crt, key] = ['tls.crt', 'tls.key'].map(name => join(tenant.reader.cwd, name)) as [string, string]
  const options = ['-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/O=apps/CN=${user}`]
  const { status, stderr } = spawnSync('openssl', ['req', '-x509', ...options, '-out', crt, '-keyout', key])
  if (status !== 0) throw new Error(`openssl could not make a certificate: ${stderr}`)
  return { crt: readFileSync(crt, 'utf8'), key: readFileSync(key, 'utf8') }
}

const ASK = [
  'kubectl --kubeconfig=/dev/null --server=https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT',
  '--certificate-authority=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
  '--client-certificate=/tls/tls.crt --client-key=/tls/tls.key',
  'auth whoami -o jsonpath={.status.userInfo.username}',
].join(' ')

const CERTIFICATE = '{.data.tls\\.crt}'

test('rotate-certificate renews it, with a new key, for the same user', async () => {
  const user = `app-of-${tenant.namespace}`
  const { target, start, finish } = await publishExample(tenant, 'rotate-certificate')
  const { crt, key } = selfSigned(user)
  const metadata = { name: 'my-app-client', namespace: target }
  const stringData = { 'tls.crt': crt, 'tls.key': key }
  apply({ apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', stringData })
  // Ready is who the API server knows.
  const exec = { command: ['sh', '-c', ASK] }
  const readinessProbe = { exec, periodSeconds: 3, timeoutSeconds: 15, failureThreshold: 1 }
  const volumeMounts = [{ name: 'tls', mountPath: '/tls' }]
  const volumes = [{ name: 'tls', secret: { secretName: 'my-app-client' } }]
  const container = { image: kubectlImage(), readinessProbe, volumeMounts }
  apply(workload(target, { container, pod: { volumes } }))
  const events = ['events --field-selector reason=Unhealthy', '{.items[*].message}'] as const
  await awaitLook([target, ...events], text => /Unauthorized|must be logged in/.test(text))
  expect(available(target)).toBe('')

  expect(await finish(await start())).toBe(
    `the Secret my-app-client in ${target} has a new key and certificate for ${user}, for at most 2160 hours`,
  )
  await awaitAvailable(target)
  expect(kubectl(['-n', target, 'exec', 'deployment/my-app', '--', 'sh', '-c', ASK])).toBe(user)
  const renewed = look(target, 'secret my-app-client', CERTIFICATE)
  const { subject, publicKey } = new X509Certificate(Buffer.from(renewed, 'base64'))
  expect(subject).toBe(`O=apps\nCN=${user}`)
  expect(publicKey.asymmetricKeyType).toBe('ec')
  expect(await finish(await start())).toMatch(/^nothing/)
  expect(look(target, 'secret my-app-client', CERTIFICATE)).toBe(renewed)
  expect(look('', 'certificatesigningrequests', '{.items[*].spec.username}')).not.toContain(tenant.namespace)
})
