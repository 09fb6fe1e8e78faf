// What a command has of the process it runs in, and the numbers it ends with.

/** One question of a form. */
export interface Question {
  readonly text: string
  /** The only answers there are. */
  readonly choices?: readonly string[]
  readonly initial?: string
  readonly isSecret?: boolean
  /** What is wrong with an answer, in a sentence; undefined where nothing is. */
  readonly fault: (answer: string) => string | undefined
}

/** The process as a command sees it; a test hands in another. */
export interface Shell {
  /** Results: nothing else is ever written there. */
  readonly out: (text: string) => void
  /** What is said to a person beside the result. */
  readonly err: (text: string) => void
  /** Whether a person reads the results as they come: then there are colours. */
  readonly isTerminal: boolean
  /** Whether a person sees what is said beside the result as it comes: then there is progress. */
  readonly isWatched: boolean
  /** Asks for a secret; missing where nobody is there to answer. */
  readonly askSecret?: (question: string) => Promise<string>
  /** Asks until the answer is right; missing where nobody is there to answer. */
  readonly ask?: (question: Question) => Promise<string>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Documented in docs/cli.md. */
export const EXIT = {
  /** It is done, or was so already; what was asked holds. */
  yes: 0,
  /** It is not so, or may not be: a claim differs, a run is decided otherwise, a rehearsal changes. */
  no: 1,
  /** The command was not understood. */
  usage: 2,
  /** It could not be found out: no cluster, no right, no such file. */
  trouble: 3,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Something a person can put right, in a sentence that says how. */
export class Trouble extends Error {
  override readonly name = 'Trouble'
}
