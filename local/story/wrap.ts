// Breaks lines at spaces, so that a terminal does not break them inside a word; pure.

/** The lines of a text, none wider than `width` characters unless a single word is. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && longer.length > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}

/** The text after a first line's beginning, and below it where it is too long for the screen. */
export function hangText(begin: string, text: string, columns: number): string[] {
  const indent = ' '.repeat(begin.length)
  return wrapText(text, columns - begin.length).map((line, index) => (index === 0 ? begin : indent) + line)
}
