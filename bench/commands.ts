// The command line as a process: how long until help, and what three hundred Tasks cost beside one.

import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ratiosOf, spreadOf } from './statistics.ts'
import type { Result } from './table.ts'

export const PLAYBOOK = fileURLToPath(new URL('../dist/cli/playbook.mjs', import.meta.url))

const HELP_ROUNDS = 15
const LINT_ROUNDS = 5
const TASKS = 300

/** Milliseconds from the start of a program until it has ended; throws where it ends otherwise than well. */
export function commandMs(program: string, words: readonly string[]): number {
  const start = performance.now()
  execFileSync(program, words, { stdio: ['ignore', 'ignore', 'pipe'] })
  return performance.now() - start
}

const node = (...words: string[]): number => commandMs(process.execPath, words)

function measureHelp(): Result {
  // The first call compiles, and the page cache is cold.
  node(PLAYBOOK, '--help')
  const rounds = Array.from({ length: HELP_ROUNDS }, () => ({
    ours: node(PLAYBOOK, '--help'),
    theirs: node('-e', '0'),
  }))
  return {
    name: 'playbook --help : node -e 0',
    spread: spreadOf(ratiosOf(rounds)),
    limit: { atMost: 3 },
    unit: '×',
    digits: 2,
  }
}

/** A Task as people write them: several steps, a param in a script, results, a workspace. */
export function taskText(index: number): string {
  return `apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: task-${index}
  labels: { app.kubernetes.io/version: "0.${index}" }
spec:
  description: Builds and checks number ${index}.
  params:
    - { name: url, type: string, description: where the source is }
    - { name: flags, type: array, default: ["-v"] }
  workspaces: [{ name: source }]
  results: [{ name: digest, description: what was built }]
  steps:
    - name: fetch
      image: registry.example.com/git:v2.${index}
      env: [{ name: URL, value: $(params.url) }]
      script: |
        #!/bin/sh
        set -eu
        git clone "$URL" "$(workspaces.source.path)"
    - name: build
      image: registry.example.com/build@sha256:${'a'.repeat(64)}
      workingDir: $(workspaces.source.path)
      command: [make]
      args: ["$(params.flags[*])", "TARGET=$(params.url)"]
    - name: report
      image: registry.example.com/shell:latest
      script: |
        printf '%s' "$(params.url)" > "$(results.digest.path)"
`
}

function writeTasks(folder: string, count: number): string {
  mkdirSync(folder, { recursive: true })
  for (let index = 0; index < count; index++)
    writeFileSync(join(folder, `task-${index}.yaml`), taskText(index))
  return folder
}

function measureLint(folder: string): Result {
  const lint = (path: string): number => node(PLAYBOOK, 'lint', '--recursive', path, '--output', 'json')
  const one = writeTasks(join(folder, 'one'), 1)
  const all = writeTasks(join(folder, 'all'), TASKS)
  lint(all)
  const rounds = Array.from({ length: LINT_ROUNDS }, () => ({ ours: lint(all), theirs: lint(one) }))
  return {
    name: `lint of ${TASKS} Tasks : of one`,
    spread: spreadOf(ratiosOf(rounds)),
    limit: { atMost: 40 },
    unit: '×',
    digits: 1,
  }
}

export function measureCommands(folder: string): Result[] {
  return [measureHelp(), measureLint(folder)]
}
