// Globs over the names of Kubernetes objects: `*` stands for any characters, also none; everything else for itself.

/** Globs in the parts that they are compared by; plain data, because hundreds of them are asked for every event. */
export interface Globs {
  /** Without a star. */
  readonly exact: readonly string[]
  /** With one star, at the end. */
  readonly prefixes: readonly string[]
  /** What lies between the stars of each of the others. */
  readonly others: readonly (readonly string[])[]
}

export function compileGlobs(globs: readonly string[]): Globs {
  const parts = globs.map(glob => glob.split('*'))
  return {
    exact: parts.flatMap(([first = '', ...rest]) => (rest.length === 0 ? [first] : [])),
    prefixes: parts.flatMap(([first = '', ...rest]) => (rest.length === 1 && rest[0] === '' ? [first] : [])),
    others: parts.filter(({ length }, index) => length > 2 || (length === 2 && parts[index]?.[1] !== '')),
  }
}

/** Takes time in proportion to the lengths of both: each part is looked for behind the one before, never again. */
function fitsParts(parts: readonly string[], text: string): boolean {
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  const end = text.length - last.length
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}

/** Whether any of the globs fits. */
export function fitsAny({ exact, prefixes, others }: Globs, text: string): boolean {
  for (const each of exact) if (each === text) return true
  for (const each of prefixes) if (text.startsWith(each)) return true
  for (const each of others) if (fitsParts(each, text)) return true
  return false
}
