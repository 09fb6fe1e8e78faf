// What is dangerous in a step: values that become programs or images, images that change, and too many rights.

import { isObject } from '../../shared/analysis/document.ts'
import type { Draft, Path } from './finding.ts'
import { listAt, type Part, partAt, type Work } from './parts.ts'
import { programIn } from './shell.ts'
import { distinctParamsIn, type Text, type Variable } from './variables.ts'

const ENV = (name: string): string =>
  `Give it to the step as an environment variable (env: [{name: ${envName(name)}, value: $(params.${name})}]) and write "$${envName(name)}".`

function envName(name: string): string {
  return name.replace(/\W/g, '_').toUpperCase()
}

/** A line that is nothing but the param: whoever sets it writes the program. */
function isWholeLine(program: string, { text }: Variable): boolean {
  return program.split('\n').some(line => line.trim() === text)
}

/** Params that Tekton itself holds to a list of values. */
function enumerated({ spec, outer }: Work): ReadonlySet<unknown> {
  const declared = [...outer, ...listAt(spec, 'params')]
  return new Set(declared.filter(({ value }) => Array.isArray(value.enum)).map(({ value }) => value.name))
}

/** Params that are pasted into a program before an interpreter reads it. */
function lintProgram(
  work: Work,
  { path, text }: Text,
  rule: 'param-in-script' | 'param-in-shell-args',
): Draft[] {
  const safe = enumerated(work)
  const where = rule === 'param-in-script' ? 'script' : 'program of the command line'
  return distinctParamsIn(text)
    .filter(({ name }) => !safe.has(name))
    .map(variable => {
      const { name, text: written } = variable
      if (isWholeLine(text, variable))
        return {
          rule: 'param-as-program',
          severity: work.isPlaybook ? 'warning' : 'note',
          path,
          text: written,
          message: `The param ${name} is a part of the ${where} by itself: whoever sets it runs anything.`,
          fix: 'Where that is not meant, take the values that are needed as params, and write the program here.',
        }
      return {
        rule,
        severity: 'warning',
        path,
        text: written,
        message: `The param ${name} is pasted into the ${where} before it is read: a value with quotes or line feeds runs as a command.`,
        fix: ENV(name),
      }
    })
}

function wordsOf(step: Part, template: Part | undefined): Text[] {
  const from = (part: Part | undefined, key: string): Text[] => {
    const list = part?.value[key]
    if (part === undefined || !Array.isArray(list)) return []
    return list.map((text, index) => ({ path: [...part.path, key, index], text: String(text) }))
  }
  const command = from(step, 'command')
  const args = from(step, 'args')
  return [
    ...(command.length > 0 ? command : from(template, 'command')),
    ...(args.length > 0 ? args : from(template, 'args')),
  ]
}

function lintPrograms(work: Work, step: Part): Draft[] {
  const { script } = step.value
  if (typeof script === 'string' && script !== '')
    return lintProgram(work, { path: [...step.path, 'script'], text: script }, 'param-in-script')
  const words = wordsOf(step, work.template)
  const program = words[programIn(words.map(({ text }) => text)) ?? -1]
  return program === undefined ? [] : lintProgram(work, program, 'param-in-shell-args')
}

function lintImage({ isPlaybook }: Work, { value, path }: Part): Draft[] {
  const { image } = value
  if (typeof image !== 'string' || image === '') return []
  const at: Path = [...path, 'image']
  const params = distinctParamsIn(image)
  if (params.length > 0)
    return params.map(({ name, text }) => ({
      rule: 'param-in-image',
      severity: isPlaybook ? 'warning' : 'note',
      path: at,
      text,
      message: `Whoever sets the param ${name} chooses the image that runs, with the rights of the run.`,
      fix: 'Name the image here, pinned by digest.',
    }))
  if (image.includes('@sha256:') || image.includes('$(')) return []
  const tag = /:([^/:@]+)$/.exec(image)?.[1]
  const isMoving = tag === undefined || tag === 'latest'
  return [
    {
      rule: 'image-not-pinned',
      severity: isPlaybook || isMoving ? 'warning' : 'note',
      path: at,
      message: `The image ${image} may be another tomorrow, under the same name.`,
      fix: `Pin it by digest: crane digest ${image}, then write ${image.replace(/:[^/:]+$/, '')}@sha256:….`,
    },
  ]
}

function lintRights({ isPlaybook }: Work, container: Part): Draft[] {
  const security = partAt(container, 'securityContext')
  if (security === undefined) return []
  const { value, path } = security
  const drafts: Draft[] = []
  const add = (rule: string, severity: Draft['severity'], key: string, message: string, fix: string) =>
    drafts.push({ rule, severity, path: [...path, key], message, fix })
  const capabilities = isObject(value.capabilities) ? value.capabilities.add : undefined
  const asks = Array.isArray(capabilities) ? capabilities.map(String) : []
  const grave = asks.filter(name =>
    /^(?:CAP_)?(?:ALL|SYS_ADMIN|SYS_PTRACE|SYS_MODULE|NET_ADMIN)$/i.test(name),
  )
  const OUT = 'It can take over the node it runs on, and with it every pod there.'
  if (value.privileged === true)
    add(
      'step-privileged',
      'warning',
      'privileged',
      `The step is privileged. ${OUT}`,
      'Remove privileged, and add the capability that is needed.',
    )
  if (grave.length > 0)
    add(
      'step-privileged',
      'warning',
      'capabilities',
      `The step asks for ${grave.join(', ')}. ${OUT}`,
      'Ask for what is needed only.',
    )
  const ROOT = 'What breaks out of it is root on the node.'
  if (value.runAsUser === 0)
    add(
      'step-as-root',
      isPlaybook ? 'warning' : 'note',
      'runAsUser',
      `The step runs as root. ${ROOT}`,
      'Run it as another user: runAsUser: 65532, runAsNonRoot: true.',
    )
  else if (value.runAsNonRoot === false)
    add(
      'step-as-root',
      isPlaybook ? 'warning' : 'note',
      'runAsNonRoot',
      `The step may run as root. ${ROOT}`,
      'Set runAsNonRoot: true.',
    )
  return drafts
}

/** Whoever chooses the resolver's params chooses what runs. */
export function lintResolver(reference: Part | undefined, isPlaybook: boolean): Draft[] {
  if (reference === undefined) return []
  return listAt(reference, 'params').flatMap(({ value, path }) =>
    distinctParamsIn(JSON.stringify(value.value ?? '').replaceAll('\\"', '"')).map(({ name, text }) => ({
      rule: 'param-in-resolver',
      severity: isPlaybook ? ('warning' as const) : ('note' as const),
      path: [...path, 'value'],
      text,
      message: `Whoever sets the param ${name} chooses what is resolved, and with it the code that runs.`,
      fix: 'Write the value here.',
    })),
  )
}

/** Steps, sidecars, and the template that they take after. */
export function lintSteps(work: Work): Draft[] {
  const { steps, sidecars, template, isPlaybook } = work
  const containers = [...steps, ...sidecars, ...(template === undefined ? [] : [template])]
  return [
    ...[...steps, ...sidecars].flatMap(step => lintPrograms(work, step)),
    ...containers.flatMap(container => [...lintImage(work, container), ...lintRights(work, container)]),
    ...steps.flatMap(step => lintResolver(partAt(step, 'ref'), isPlaybook)),
  ]
}
