// Replaces what lies between two markers in a Markdown file.

/** `<!-- begin NAME -->` … `<!-- end NAME -->`, markers kept; throws where they are missing. */
export function splice(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The markers ${begin} and ${end} are missing.`)
  return `${text.slice(0, from)}${begin}\n${content}\n${text.slice(to)}`
}
