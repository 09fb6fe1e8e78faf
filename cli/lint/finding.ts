// What lint says: where, how grave, why, and what to do.

export const SEVERITIES = ['error', 'warning', 'note'] as const
/** An error will not run, a warning is dangerous, a note is worth a thought. */
export type Severity = (typeof SEVERITIES)[number]

/** Into a document: keys and indexes. */
export type Path = readonly (string | number)[]

/** What a rule found, before it is known where in the file that stands. */
export interface Draft {
  readonly rule: string
  readonly severity: Severity
  readonly path: Path
  /** The place of the field's name, not of its value. */
  readonly onKey?: boolean
  /** The part of the value that is meant, as it is written there. */
  readonly text?: string
  /** Why. */
  readonly message: string
  readonly fix: string
}

export interface Finding extends Omit<Draft, 'path' | 'onKey' | 'text'> {
  readonly file: string
  /** Both from 1. */
  readonly line: number
  readonly column: number
  /** `Pipeline restart`; missing for a file that holds no object. */
  readonly object?: string
}
