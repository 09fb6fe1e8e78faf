// How far a command is, on a terminal: one line that is written over, and gone in the end.

import type { Shell } from './shell.ts'

export interface Progress extends Disposable {
  /** One more is done. */
  readonly tick: () => void
}

const WIDTH = 20
const CLEAR = '\r\u001b[K'

/** Nothing is written where nobody watches. */
export function startProgress(shell: Shell, what: string, total: number): Progress {
  let done = 0
  const draw = (): void => {
    const full = Math.round((done / Math.max(total, 1)) * WIDTH)
    shell.err(`${CLEAR}${what} [${'#'.repeat(full)}${' '.repeat(WIDTH - full)}] ${done}/${total}`)
  }
  if (shell.isWatched) draw()
  return {
    tick() {
      done += 1
      if (shell.isWatched) draw()
    },
    [Symbol.dispose]() {
      if (shell.isWatched) shell.err(CLEAR)
    },
  }
}
