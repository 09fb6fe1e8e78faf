// Whether a task's `when` expressions let it run; pure.

import type { WhenExpression } from './pipeline.ts'

/** All expressions must hold (https://tekton.dev/docs/pipelines/pipelines/#guard-task-execution-using-when-expressions). */
export function allows(when: readonly WhenExpression[] = []): boolean {
  return when.every(({ input = '', operator, values = [] }) => values.includes(input) === (operator === 'in'))
}
