// Metrics over HTTP: what a function measures, beside events, and the runtime's own while nothing is measured.

import { expect, test } from 'vitest'
import { createMeter } from '../../../shared/resolution/meter.ts'
import { createMetrics } from '../../../shared/runtime/metrics.ts'
import { serve } from '../../../shared/runtime/serve.ts'
import { keepLog } from './kit.ts'

test('GET /metrics shows what is measured, in the format of Prometheus', async () => {
  const metrics = createMetrics()
  const drain = async (): Promise<void> => undefined
  const { port, close } = await serve({
    served: [],
    port: 0,
    log: keepLog().log,
    metrics,
    drain,
    signals: 'caller',
  })
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
    }
  }
  try {
    expect((await get('/metrics')).text).not.toContain('resolution_')

    const meter = createMeter(await metrics.registry())
    const end = meter.begin('git')
    meter.cache('git', 'hit')
    expect((await get('/metrics')).text).toContain('resolution_in_flight{resolver="git"} 1')
    end('resolved')

    const { status, type, text } = await get('/metrics?a=b')
    expect([status, type]).toEqual([200, expect.stringMatching(/^text\/plain; version=0\.0\.4/)])
    expect(text).toContain('resolution_duration_seconds_count{resolver="git",outcome="resolved"} 1')
    expect(text).toContain('resolution_cache_total{resolver="git",use="hit"} 1')
    expect(text).toContain('process_resident_memory_bytes')
    expect((await get('/health/liveness')).status).toBe(200)
  } finally {
    await close()
  }
})
