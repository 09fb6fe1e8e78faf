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
