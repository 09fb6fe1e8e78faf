// Go's durations, as Tekton writes timeouts.

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/** Milliseconds of a duration such as `1h0m0s` or `300ms` (https://pkg.go.dev/time#ParseDuration); undefined where it is none. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0
  if (!/^([\d.]+(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined
  let sum = 0
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g))
    sum += Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN)
  return Number.isNaN(sum) ? undefined : sum
}

/** A duration as Go prints it: `1h0m0s`, `1s`, `250ms` (https://pkg.go.dev/time#Duration.String). */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s'
  if (milliseconds < 1000) return `${Number(milliseconds.toFixed(6))}ms`
  const seconds = Number(((milliseconds / 1000) % 60).toFixed(9))
  const minutes = Math.floor(milliseconds / 60_000) % 60
  const hours = Math.floor(milliseconds / 3_600_000)
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`
}
