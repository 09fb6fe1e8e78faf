// How to go on once the story is told: lines that can be pasted into a shell.

import { analysisEvent } from './send.ts'

export interface Situation {
  /** The Broker. */
  readonly sink: string
  /** The analysis to edit and send again. */
  readonly file: string
  readonly kubeconfig: string
}

/** A word as a POSIX shell reads it back. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** The lines, none of them wide. */
export async function instructions({ sink, file, kubeconfig }: Situation): Promise<string[]> {
  const { datacontenttype } = await analysisEvent(file, 'again')
  return [
    `Edit ${file} and send it again, under another id:`,
    '',
    `  curl -i ${sink} \\`,
    `    -H 'ce-specversion: 1.0' -H 'ce-type: io.kubernaut.analysis.completed.v1' \\`,
    `    -H 'ce-source: /me' -H "ce-id: $(date +%s)" \\`,
    `    -H 'content-type: ${datacontenttype}' --data-binary @${quoted(file)}`,
    '',
    'Look at what there is:',
    '',
    `  export KUBECONFIG=${quoted(kubeconfig)}`,
    '  kubectl get playbooks,pipelineruns -A',
    '',
  ]
}
