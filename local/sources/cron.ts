// Standard five-field cron schedules, read as PingSource reads them (robfig/cron).

/** A schedule: which minutes of which days. */
export interface Schedule {
  /** Whether a minute, in the schedule's own time zone, is one of its ticks. */
  readonly matches: (minute: Date) => boolean
}

interface Field {
  readonly values: ReadonlySet<number>
  readonly any: boolean
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const BOUNDS = [
  { name: 'minute', min: 0, max: 59, names: [] as string[] },
  { name: 'hour', min: 0, max: 23, names: [] as string[] },
  { name: 'day of month', min: 1, max: 31, names: [] as string[] },
  { name: 'month', min: 1, max: 12, names: ['', ...MONTHS] },
  { name: 'day of week', min: 0, max: 6, names: DAYS },
] as const
const SHORTHANDS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/**
 * Parses five fields with lists, ranges, steps, names and `?`, or a shorthand such as `@hourly`. When both day fields are
 * restricted either one will do. Throws `RangeError` for anything else, `@every` included, and for unknown time zones.
 */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  const fields = (SHORTHANDS[text.trim()] ?? text).trim().split(/\s+/)
  if (fields.length !== BOUNDS.length)
    throw new RangeError(`"${text}" is not a schedule of five fields such as */5 * * * *`)
  const parsed = BOUNDS.map((bounds, index) => parseField(fields[index] ?? '*', bounds))
  const zone = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    minute: 'numeric',
    hour: 'numeric',
    day: 'numeric',
    month: 'numeric',
    weekday: 'short',
  })
  return { matches: date => matches(parsed, clockOf(zone, date)) }
}

function clockOf(zone: Intl.DateTimeFormat, date: Date): number[] {
  const parts = new Map(zone.formatToParts(date).map(({ type, value }) => [type, value]))
  const numbers = (['minute', 'hour', 'day', 'month'] as const).map(type => Number(parts.get(type)))
  return [...numbers, DAYS.indexOf((parts.get('weekday') ?? '').toLowerCase())]
}

function matches(fields: readonly Field[], clock: readonly number[]): boolean {
  const [minute, hour, day, month, weekday] = fields.map((field, index) =>
    field.values.has(clock[index] ?? -1),
  )
  const restricted = fields[2]?.any === false && fields[4]?.any === false
  const dayMatches = restricted ? day || weekday : day && weekday
  return Boolean(minute && hour && month && dayMatches)
}

function parseField(text: string, bounds: (typeof BOUNDS)[number]): Field {
  const values = new Set<number>()
  for (const part of text.split(',')) for (const value of parsePart(part, bounds)) values.add(value)
  return { values, any: text.split(',').some(part => /^[*?](?:\/1)?$/.test(part)) }
}

function parsePart(part: string, { name, min, max, names }: (typeof BOUNDS)[number]): number[] {
  const [range = '', step = '1', ...more] = part.split('/')
  const [from = '', to, ...rest] = /^[*?]$/.test(range) ? [`${min}`, `${max}`] : range.split('-')
  const number = (value: string) => (/^\d+$/.test(value) ? Number(value) : names.indexOf(value.toLowerCase()))
  const first = number(from)
  const last = to === undefined ? (part.includes('/') ? max : first) : number(to)
  const every = /^[1-9]\d*$/.test(step) ? Number(step) : Number.NaN
  const legal = first >= min && last <= max && first <= last && !Number.isNaN(every)
  if (!legal || from === '' || more.length + rest.length > 0)
    throw new RangeError(`"${part}" is not a ${name} between ${min} and ${max}`)
  const count = Math.floor((last - first) / every) + 1
  return Array.from({ length: count }, (_, index) => first + index * every)
}
