// All rules for one Tekton object by itself.

import { isObject, type Json } from '../../shared/analysis/document.ts'
import { lintFields } from './fields.ts'
import type { Draft } from './finding.ts'
import { lintFlow } from './flow.ts'
import { lintDeclarations, lintGiven, lintUses } from './params.ts'
import { type Flow, flowsOf, listAt, type Part, partAt, worksOf } from './parts.ts'
import { lintResolver, lintSteps } from './steps.ts'
import { lintWork } from './work.ts'

const KINDS = ['Pipeline', 'Task', 'StepAction']
/** What Tekton served once: https://github.com/tektoncd/pipeline/blob/main/docs/deprecations.md */
const GONE: Readonly<Record<string, string>> = {
  'tekton.dev/v1alpha1 Task': 'tekton.dev/v1',
  'tekton.dev/v1alpha1 Pipeline': 'tekton.dev/v1',
  'tekton.dev/v1alpha1 ClusterTask': 'tekton.dev/v1, kind Task',
  'tekton.dev/v1beta1 ClusterTask': 'tekton.dev/v1, kind Task',
}

/** Whether lint knows the object's kind, or knew it. */
export function isTekton({ apiVersion, kind }: Json): boolean {
  const isOurs = typeof apiVersion === 'string' && apiVersion.startsWith('tekton.dev/')
  return isOurs && (KINDS.includes(String(kind)) || `${apiVersion} ${kind}` in GONE)
}

function lintVersion({ apiVersion, kind }: Json): Draft[] {
  const instead = GONE[`${apiVersion} ${kind}`]
  if (instead === undefined) return []
  return [
    {
      rule: 'version-not-served',
      severity: 'error',
      path: ['apiVersion'],
      message: `Tekton does not serve ${apiVersion} ${kind} any more.`,
      fix: `Write it as ${instead}.`,
    },
  ]
}

function lintTaskReferences({ tasks, last }: Flow): Draft[] {
  return [...tasks, ...last].flatMap(task =>
    ['taskRef', 'pipelineRef'].flatMap(key => lintResolver(partAt(task, key), true)),
  )
}

function lintPipelineSpec(root: Part): Draft[] {
  return flowsOf(root).flatMap(flow => {
    const params = listAt(flow.spec, 'params')
    // A nested Pipeline is given params by the one around it, by name.
    const isOuter = flow.spec === root
    return [
      ...lintDeclarations(params),
      ...lintFlow(flow),
      ...lintTaskReferences(flow),
      ...(isOuter ? [...flow.tasks, ...flow.last].flatMap(task => lintGiven(task, params)) : []),
    ]
  })
}

/** What is wrong with an object, in the order in which it stands there. */
export function lintObject(object: Json): Draft[] {
  const gone = lintVersion(object)
  // What is in it follows rules that are gone too.
  if (gone.length > 0) return gone
  const root = partAt({ value: object, path: [] }, 'spec')
  if (root === undefined || !isObject(object.metadata)) return lintFields(object)
  const works = worksOf(object)
  return [
    ...lintFields(object),
    ...(object.kind === 'Pipeline' ? lintPipelineSpec(root) : []),
    ...works.flatMap(work => [
      ...lintWork(work),
      ...lintDeclarations(listAt(work.spec, 'params')),
      ...lintUses(work),
      ...lintSteps(work),
    ]),
  ]
}
