// Reading WWW-Authenticate: which scheme a registry wants, with which parameters.

export interface Challenge {
  readonly scheme: 'basic' | 'bearer'
  readonly parameters: Readonly<Record<string, string>>
}

const PART = /([A-Za-z][\w-]*)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/g

/** The first challenge that we can answer, Basic or Bearer (RFC 9110, section 11.6.1); others, such as Negotiate, are passed over. */
export function readChallenge(header: string | null): Challenge | undefined {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  for (const [, word = '', quoted, plain] of (header ?? '').matchAll(PART)) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain
    if (value === undefined) challenges.push({ scheme: word.toLowerCase(), parameters: {} })
    else Object.assign(challenges.at(-1)?.parameters ?? {}, { [word.toLowerCase()]: value })
  }
  for (const { scheme, parameters } of challenges) {
    if (scheme === 'basic' || scheme === 'bearer') return { scheme, parameters }
  }
  return undefined
}
