// Globs over the names of Kubernetes objects: `*` stands for any characters, also none; everything else for itself.

export type Glob = (text: string) => boolean

/** Takes time in proportion to the lengths of both: each part is looked for behind the one before, never again. */
export function compileGlob(glob: string): Glob {
  const [first = '', ...parts] = glob.split('*')
  const last = parts.pop()
  if (last === undefined) return text => text === glob
  const shortest = glob.replaceAll('*', '').length
  return text => {
    if (text.length < shortest || !text.startsWith(first) || !text.endsWith(last)) return false
    const end = text.length - last.length
    let at = first.length
    for (const part of parts) {
      const found = text.indexOf(part, at)
      if (found < 0 || found + part.length > end) return false
      at = found + part.length
    }
    return true
  }
}

/** Whether any of the globs fits. */
export function compileGlobs(globs: readonly string[]): Glob {
  const patterns = globs.filter(glob => glob.includes('*')).map(compileGlob)
  const exact = new Set(globs.filter(glob => !glob.includes('*')))
  const [first, ...others] = patterns
  if (first === undefined) return text => exact.has(text)
  if (exact.size === 0 && others.length === 0) return first
  return text => exact.has(text) || patterns.some(fits => fits(text))
}
