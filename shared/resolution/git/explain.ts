// What git says when it fails, as a resolver's error: whose fault it is, what to do, and whether it may pass.

import { ResolutionError } from '../error.ts'

const MAX_QUOTE = 300

interface Explanation {
  readonly said: RegExp
  readonly message: string
  readonly mayPass?: true
}

/** In git's and libcurl's words, in the locale C; the first that fits counts. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    said: /could not read (?:Username|Password)|Authentication failed|terminal prompts disabled|returned error: 40[13]/,
    message:
      'clone error: authentication required: the repository does not exist, or needs a token (gitToken) that may read it',
  },
  {
    said: /couldn't find remote ref|not our ref|does not contain|no such ref|remote ref does not exist/i,
    message:
      'git fetch error: the revision is not there: give a branch, a tag, or all digits of a commit that the server has',
  },
  {
    said: /repository '.*' not found|not found: did you run|returned error: 404/,
    message: 'git clone error: repository not found',
  },
  {
    said: /returned error: (?:408|429|5\d\d)|Could not resolve host|Failed to connect|timed out|early EOF|RPC failed|hung up|Connection reset|Empty reply|unexpected disconnect/i,
    message: 'git fetch error: the server did not answer as it should: try again later',
    mayPass: true,
  },
  {
    said: /returned error: 30\d|unable to update url base|redirect/i,
    message: 'git fetch error: the server redirects: give the URL that it redirects to',
  },
  {
    said: /out of memory|attempting to allocate/,
    message: 'git fetch error: what the server sends is too large',
  },
]

/** The first line that says what is wrong, without control characters. */
function quote(stderr: string): string {
  const lines = stderr.split('\n').filter(line => line.trim() !== '')
  const line = lines.find(each => /^(?:fatal|error):/.test(each)) ?? lines.at(-1) ?? 'it did not say why'
  return line
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, MAX_QUOTE)
}

/** git's own line follows the sentence where the sentence does not say it all. */
export function explain(stderr: string): ResolutionError {
  const known = EXPLANATIONS.find(({ said }) => said.test(stderr))
  if (known === undefined) return new ResolutionError(`git fetch error: ${quote(stderr)}`)
  return new ResolutionError(`${known.message} (${quote(stderr)})`, { mayPass: known.mayPass === true })
}
