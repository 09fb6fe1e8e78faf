// What an expression is made of, as far as its cost depends on it: pure, over the parsed expression.

import type { ASTNode } from '@marcbachmann/cel-js'
import type { Size } from './facts.ts'

export interface Shape {
  readonly nodes: number
  /** How deeply `all`, `exists`, `map` and the like lie within each other. */
  readonly loops: number
  /** Members of the longest list or map that is written out. */
  readonly written: number
  readonly additions: number
  readonly calls: ReadonlySet<string>
}

const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}

function childrenOf(value: unknown): ASTNode[] {
  if (isNode(value)) return [value]
  return Array.isArray(value) ? value.flatMap(childrenOf) : []
}

/** Visits every node, the outermost first, with the number of loops that it lies in. What a loop goes over is not in it. */
export function visit(node: ASTNode, see: (node: ASTNode, loops: number) => void, loops = 0): void {
  see(node, loops)
  if (node.op !== 'rcall') {
    for (const child of childrenOf(node.args)) visit(child, see, loops)
    return
  }
  const [name, receiver, given] = node.args
  visit(receiver, see, loops)
  for (const child of given) visit(child, see, loops + (LOOPS.has(name) ? 1 : 0))
}

export function shapeOf(root: ASTNode): Shape {
  const calls = new Set<string>()
  const shape = { nodes: 0, loops: 0, written: 1, additions: 0 }
  visit(root, (node, loops) => {
    shape.nodes += 1
    shape.loops = Math.max(shape.loops, loops)
    if (node.op === 'list' || node.op === 'map') shape.written = Math.max(shape.written, node.args.length)
    if (node.op === '+') shape.additions += 1
    if (node.op === 'call' || node.op === 'rcall') calls.add(node.args[0])
  })
  return { ...shape, calls }
}

/** A pattern looks at each character some times, everything else at many at once. */
const CHARACTERS_PER_STEP = { pattern: 4, other: 64 } as const

/**
 * No fewer steps than evaluation takes, each some tens of nanoseconds. Nothing in the language makes more out of less
 * than loops, additions, `join` and `split` do; `cel.bind`, which would, is refused.
 */
function costOf(shape: Shape, { largest, longest }: Size): number {
  const { nodes, loops, written, additions, calls } = shape
  const growth = 1 + additions
  const length = longest * growth * (calls.has('join') ? Math.max(largest, written) : 1)
  const made = calls.has('split') || calls.has('json') ? length : 0
  const count = Math.max(largest, written, made) * growth
  const perStep = calls.has('matches') ? CHARACTERS_PER_STEP.pattern : CHARACTERS_PER_STEP.other
  return nodes * count ** loops * (1 + length / perStep)
}

/** How much of a case may be looked at, and in how many steps. */
const INPUT = { values: 20_000, steps: 2_000_000 } as const

/** Calls whose time grows with more than the length of what they are given. */
const DEAR = ['matches', 'split', 'join', 'json']

/** An expression that looks at each part of a case once, however large that is. */
export function isPlain({ loops, calls }: Shape): boolean {
  return loops === 0 && !DEAR.some(call => calls.has(call))
}

/** Why an expression is not begun over a case of this size. */
export function excess(shape: Shape, size: Size): string | undefined {
  if (size.values > INPUT.values)
    return `the case has ${size.values} values, and at most ${INPUT.values} are looked at`
  return costOf(shape, size) > INPUT.steps ? 'its loops over this case may take too long' : undefined
}
