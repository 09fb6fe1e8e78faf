// Durations as people write them behind an option.

import { parseDuration } from '../shared/runtime/duration.ts'
import { Trouble } from './shell.ts'

/** Milliseconds of a Go duration. Throws Trouble, which names the option and an example. */
export function durationOf(option: string, text: string, example: string): number {
  const duration = parseDuration(text)
  if (duration === undefined) throw new Trouble(`${option} takes a duration like ${example}, not ${text}.`)
  return duration
}
