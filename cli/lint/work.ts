// How Tasks and StepActions are put together: what Tekton refuses (pkg/apis/pipeline/v1/container_validation.go).

import { isObject } from '../../shared/analysis/document.ts'
import type { Draft } from './finding.ts'
import { errorAt, isThere, lintNames, lintTimeout } from './names.ts'
import type { Part, Work } from './parts.ts'

/** What a step with `ref` takes from the StepAction. */
const OF_THE_ACTION = ['image', 'command', 'args', 'script', 'workingDir', 'env', 'volumeMounts', 'results']

function lintStep(step: Part, template: Part | undefined): Draft[] {
  const { value, path } = step
  if (isObject(value.ref))
    return OF_THE_ACTION.filter(key => isThere(value[key])).map(key =>
      errorAt(
        'step-contradiction',
        [...path, key],
        [`A step with ref takes its ${key} from the StepAction.`, `Remove ${key}, or ref.`],
      ),
    )
  const drafts: Draft[] = []
  if (!isThere(value.image) && !isThere(template?.value.image))
    drafts.push(
      errorAt('step-without-image', path, [
        'The step names no image to run.',
        'Add image, or a ref to a StepAction.',
      ]),
    )
  if (isThere(value.script) && isThere(value.command))
    drafts.push(
      errorAt(
        'step-contradiction',
        [...path, 'script'],
        ['A step has a script or a command, not both.', 'Remove one of them.'],
      ),
    )
  return drafts
}

export function lintWork({ spec, steps, template }: Work): Draft[] {
  if (!('steps' in spec.value) && steps[0] === spec) return lintStep(spec, undefined)
  const missing =
    steps.length === 0
      ? [errorAt('steps-missing', spec.path, ['A Task needs at least one step.', 'Add steps.'])]
      : []
  return [
    ...missing,
    ...lintNames(steps, 'step'),
    ...steps.flatMap(step => [...lintStep(step, template), ...lintTimeout(step)]),
  ]
}
