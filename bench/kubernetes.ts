// The local Kubernetes API as a process of its own, so that its work is not counted as anyone else's.

import { startKubernetes } from '../local/kubernetes/server.ts'

const api = await startKubernetes()
// Whoever asks is told how many requests were answered so far.
process.on('message', () => process.send?.({ requests: api.requests }))
process.once('disconnect', () => void api.close())
process.send?.({ url: api.url, kubeconfig: api.kubeconfig('bench') })
