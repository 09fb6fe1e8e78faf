// What measures a process. A file of its own, to be loaded late: of a CommonJS package that is imported late, a bundle of ES modules knows no names.

import { collectDefaultMetrics, Registry } from 'prom-client'

/** A new registry with the metrics of the process itself. */
export function createMetricsRegistry(): Registry {
  const register = new Registry()
  collectDefaultMetrics({ register })
  return register
}
