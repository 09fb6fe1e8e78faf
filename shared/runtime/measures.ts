// prom-client behind names of our own: an import() of CommonJS finds them in Node, but not in a bundle of ES modules.

import { collectDefaultMetrics, Registry } from 'prom-client'

/** One that also measures the process. */
export function createProcessRegistry(): Registry {
  const register = new Registry()
  collectDefaultMetrics({ register })
  return register
}
