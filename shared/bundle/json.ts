// JSON the way Go's encoder writes it, so that the same object gives the same bytes here and in tkn.

/** Compact, keys in order, and `<`, `>`, `&` and the line separators escaped (https://pkg.go.dev/encoding/json#Marshal). */
export function stringifyLikeGo(value: unknown): string {
  return escapeLikeGo(JSON.stringify(sortKeys(value)))
}

/** The same escapes for JSON whose key order is meant. */
export function escapeLikeGo(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The value with the keys of every object in order: two JSON values are equal where these print the same. */
export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, sortKeys(inner)])
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
