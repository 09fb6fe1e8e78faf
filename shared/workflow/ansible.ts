// The step that runs an ansible workflow: fetches its repository at one commit and plays its playbook on localhost.

import { Fault } from '../runtime/fault.ts'
import type { Workflow } from './workflow.ts'

/**
 * An execution environment with git, Python and the Kubernetes collection. It is named by tag: an operator should pass
 * one pinned by digest, from their own registry.
 */
export const DEFAULT_ANSIBLE_RUNNER = 'quay.io/ansible/awx-ee:24.6.1'

/**
 * Python, not shell: it has no quoting to get wrong. `!unsafe` keeps Ansible from expanding `{{ … }}` in a parameter
 * (https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_advanced_syntax.html#unsafe-or-raw-strings).
 */
const SCRIPT = `#!/usr/bin/env python3
import json, os, subprocess, tempfile

directory = tempfile.mkdtemp()
def git(*arguments):
    subprocess.run(["git", "-C", directory, *arguments], check=True)

git("init", "--quiet")
git("fetch", "--quiet", "--depth", "1", "--", os.environ["PLAYBOOK_REPOSITORY"], os.environ["PLAYBOOK_COMMIT"])
git("checkout", "--quiet", "FETCH_HEAD")
variables = os.path.join(tempfile.mkdtemp(), "variables.yml")
with open(variables, "w", encoding="utf-8") as file:
    for name in os.environ["PLAYBOOK_PARAMETERS"].split():
        file.write(f"{name}: !unsafe {json.dumps(os.environ[name], ensure_ascii=False)}\\n")
os.chdir(directory)
os.execvp("ansible-playbook", ["ansible-playbook", "--inventory", "localhost,", "--connection", "local",
    "--extra-vars", "@" + variables, "--", os.environ["PLAYBOOK_PATH"]])
`

export interface AnsibleStep {
  readonly image: string
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly script: string
}

/** Throws a Fault (`malformed`) where the workflow names no playbook in its repository. */
export function ansibleStep(workflow: Workflow, parameters: readonly string[], image: string): AnsibleStep {
  const path = workflow.engineConfig.playbookPath
  if (typeof path !== 'string' || path.startsWith('-'))
    throw new Fault(
      'malformed',
      'execution.engineConfig.playbookPath must be the path of a playbook in the repository.',
    )
  const env = {
    PLAYBOOK_REPOSITORY: workflow.bundle,
    PLAYBOOK_COMMIT: workflow.bundleDigest ?? '',
    PLAYBOOK_PATH: path,
    PLAYBOOK_PARAMETERS: parameters.join(' '),
  }
  return { image, env: Object.entries(env).map(([name, value]) => ({ name, value })), script: SCRIPT }
}
