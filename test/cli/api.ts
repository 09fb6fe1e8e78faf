// A server of the test's own in the place of an API server, and the kubeconfig of somebody who asks it.

import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { kubeconfigFor } from '../../local/kubernetes/kubeconfig.ts'
import { makeScratch } from './kit.ts'

export interface Api extends AsyncDisposable {
  readonly url: string
  /** A file. */
  readonly kubeconfig: string
}

export async function startApi(answer: RequestListener): Promise<Api> {
  const scratch = await makeScratch()
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    kubeconfig: await scratch.put('kubeconfig', kubeconfigFor(url, 'ann')),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await scratch[Symbol.asyncDispose]()
    },
  }
}
