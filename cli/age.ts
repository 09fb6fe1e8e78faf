// How long ago something was, as kubectl writes it.

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const

/** `3d`, `5h`, `2m`, `40s`; empty where nothing is known. */
export function ageOf(time: string | undefined, now: number): string {
  const passed = now - Date.parse(time ?? '')
  if (Number.isNaN(passed)) return ''
  const [unit, length] = UNITS.find(([, each]) => passed >= each) ?? ['s', 1000]
  return `${Math.max(0, Math.floor(passed / length))}${unit}`
}
