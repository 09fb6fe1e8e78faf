// Go's duration text, as far as Kubernetes writes it: no sign, nothing read below a millisecond.

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** Go counts nanoseconds in 63 bits, which is 292 years; beyond that a date would break too. */
const MAX_MS = 2 ** 63 / 1e6

/** What a timer can count, about 24 days; asked for more, it fires at once (https://nodejs.org/api/timers.html). */
export const LONGEST_TIMER_MS = 2 ** 31 - 1

/** `1h30m` → 5400000 milliseconds; undefined when it is no duration (https://pkg.go.dev/time#ParseDuration). */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined
  let total = 0
  for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h)/g))
    total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0)
  return total < MAX_MS ? total : undefined
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
