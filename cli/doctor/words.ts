// The words of `playbook doctor`.

import type { Command } from 'commander'
import type { Shell } from '../shell.ts'
import { type Ending, examples, systemNamespace, withCluster } from '../words.ts'
import type { DoctorOptions } from './doctor.ts'

const DESCRIPTION = `Looks at all that playbooks need in a cluster: Kubernetes, Tekton and Knative, their settings, the Broker, where Tekton
sends the end of runs, Triggers, sources, functions, admission policies, rights, registries and Playbooks; and says which
command puts right what is not. Then what the runs say: success, version mismatches, visibility, onboarding.

Exit codes: 0 nothing fails, 1 something does, 3 the cluster does not answer. What may not be read is a warning.`

export function addDoctor(program: Command, shell: Shell, ending: Ending): void {
  withCluster(program.command('doctor'))
    .summary('say what is wrong with a cluster, and what puts it right')
    .description(DESCRIPTION)
    .addOption(systemNamespace())
    .addHelpText('after', examples(['doctor', 'doctor -n remediation -o json']))
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('./doctor.ts')
      ending.code = await doctor(shell, options)
    })
}
