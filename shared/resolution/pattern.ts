// Patterns that operators write into ConfigMaps.

/** `*` stands for anything but a slash, `**` for anything. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern
    .split(/(\*+)/)
    .map(part => {
      if (/^\*\*+$/.test(part)) return '.*'
      return part === '*' ? '[^/]*' : part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&')
    })
    .join('')
  return new RegExp(`^${source}$`, 's').test(text)
}

export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(each => typeof each === 'string')
}
