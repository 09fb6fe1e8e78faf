// Waiting for what a controller does.

import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 100
const PATIENCE_MS = 120_000

/** Asks until the answer is true. Throws an Error that says what was waited for. */
export async function waitFor(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Waited ${PATIENCE_MS / 1000} s in vain for ${what}.`)
    await sleep(PAUSE_MS)
  }
}
