// Which words of a command line an interpreter reads as a program.

interface Interpreter {
  readonly name: RegExp
  /** The option after which the program stands. */
  readonly option: RegExp
}

const INTERPRETERS: readonly Interpreter[] = [
  { name: /^(?:ba|da|a|z|k|mk)?sh$/, option: /^-[A-Za-z]*c[A-Za-z]*$/ },
  { name: /^(?:python|pypy)[\d.]*$/, option: /^-[A-Za-z]*c$/ },
  { name: /^(?:node|nodejs|bun)$/, option: /^(?:-e|-p|--eval|--print)$/ },
  { name: /^(?:perl|ruby)[\d.]*$/, option: /^-[A-Za-z]*[eE]$/ },
  { name: /^(?:pwsh|powershell)(?:\.exe)?$/i, option: /^-(?:c|command)$/i },
]

/** Programs that run the program after them. */
const BEFORE = /^(?:env|busybox|exec|nice|sudo|tini|dumb-init)$/

function baseOf(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1)
}

/** The index of the word that is a program; undefined where there is none. */
export function programIn(words: readonly string[]): number | undefined {
  let at = 0
  while (BEFORE.test(baseOf(words[at] ?? '')) || (at > 0 && (words[at] ?? '') === '--')) at += 1
  const interpreter = INTERPRETERS.find(({ name }) => name.test(baseOf(words[at] ?? '')))
  if (interpreter === undefined) return undefined
  const option = words.findIndex((word, index) => index > at && interpreter.option.test(word))
  if (option < 0) return undefined
  // `sh -c -e PROGRAM`, `bash -c -o pipefail PROGRAM`: options may stand between.
  let program = option + 1
  while ((words[program] ?? '').startsWith('-')) program += /o$/.test(words[program] ?? '') ? 2 : 1
  return program < words.length ? program : undefined
}
