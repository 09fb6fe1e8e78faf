// All 20 workflows become Playbooks: bundles as they are, images and ansible playbooks wrapped in a runnable Pipeline.

import { describe, expect, test } from 'vitest'
import { compareWithPipeline } from '../../../shared/parameters/compare.ts'
import { importWorkflow } from '../../../shared/workflow/import.ts'
import { filesIn, readCatalogue, readText } from '../analysis/catalogue.ts'

const catalogue = readCatalogue()

interface Pipeline {
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly params: readonly { readonly name: string; readonly default?: string }[]
    readonly tasks: readonly {
      readonly taskSpec: {
        readonly params?: unknown
        readonly volumes?: unknown
        readonly steps: readonly Step[]
      }
    }[]
  }
}

interface Step {
  readonly image: string
  readonly script?: string
  readonly volumeMounts?: unknown
  readonly env: readonly { readonly name: string; readonly value: string }[]
}

function importFile(
  name: string,
  options?: Parameters<typeof importWorkflow>[1],
): ReturnType<typeof importWorkflow> {
  return importWorkflow(readText(`workflows/${name}.yaml`), options)
}

function pipelineOf(name: string, options?: Parameters<typeof importWorkflow>[1]): Pipeline {
  return importFile(name, options).pipeline as unknown as Pipeline // written by the code under test
}

test('there are 20, each with its own name', () => {
  expect(new Set(catalogue.map(entry => entry.playbook.metadata.name)).size).toBe(20)
  expect(filesIn('workflows')).toHaveLength(20)
})

test.each(catalogue.map(entry => [entry.file, entry] as const))(
  '%s passes lint against its own Pipeline',
  (_, entry) => {
    const { imported, compiled, params } = entry
    expect(imported.playbook.spec.version).toMatch(/^\d+\.\d+\.\d+$/)
    const findings = compareWithPipeline(compiled, params).filter(finding => finding.severity === 'error')
    expect(findings).toEqual([])
  },
)

describe('an image', () => {
  test('is wrapped, pinned, with its parameters in the environment and never in a script', () => {
    const { params, tasks } = pipelineOf('fix-certificate-v1').spec
    const step = tasks[0]?.taskSpec.steps[0]
    expect(tasks[0]?.taskSpec.params).toBeUndefined()
    expect(step?.image).toMatch(
      /^quay\.io\/kubernaut-cicd\/test-workflows\/fix-certificate-job@sha256:[0-9a-f]{64}$/,
    )
    expect(step?.script).toBeUndefined()
    expect(step?.env).toEqual(params.map(({ name }) => ({ name, value: `$(params.${name})` })))
    expect(Object.fromEntries(params.map(param => [param.name, param.default]))).toEqual({
      TARGET_RESOURCE_NAMESPACE: undefined,
      TARGET_RESOURCE_NAME: undefined,
      TARGET_RESOURCE_KIND: undefined,
      ISSUER_NAME: undefined,
      ISSUER_KIND: 'ClusterIssuer',
      CA_SECRET_NAMESPACE: 'cert-manager',
      TARGET_RESOURCE: '',
    })
  })

  test('finds the Secrets it depends on', () => {
    const task = pipelineOf('git-revert-v2').spec.tasks[0]?.taskSpec
    expect(task?.volumes).toEqual([
      { name: 'secret-gitea-repo-creds', secret: { secretName: 'gitea-repo-creds' } },
    ])
    expect(task?.steps[0]?.volumeMounts).toEqual([
      {
        name: 'secret-gitea-repo-creds',
        mountPath: '/run/kubernaut/secrets/gitea-repo-creds',
        readOnly: true,
      },
    ])
  })

  test('becomes a Playbook in the namespace of its service account, with everything an operator wrote', () => {
    const { playbook, resources } = importFile('hotfix-config-production-v1', {
      workflowId: 'an-id',
      repository: 'registry.example.com/books',
    })
    expect(resources.map(resource => resource.kind)).toEqual([
      'ServiceAccount',
      'ClusterRole',
      'ClusterRoleBinding',
    ])
    expect(playbook).toMatchObject({
      metadata: { name: 'hotfix-config-production-v1', namespace: 'kubernaut-workflows' },
      spec: {
        bundle: 'registry.example.com/books/hotfix-config-production-v1:1.5.3',
        pipeline: 'hotfix-config-production-v1',
        serviceAccountName: 'hotfix-config-production-v1-runner',
        labels: { actionType: 'PatchConfiguration', severity: ['critical', 'high'], risk_tolerance: 'low' },
        description: { whenToUse: expect.stringContaining('Preconditions: ') },
        aliases: ['hotfix-config-production-v1', 'an-id', expect.stringMatching(/^sha256:200955e8/)],
      },
    })
  })
})

test('an ansible playbook is fetched at its commit and played by a runner of choice', () => {
  const step = pipelineOf('migrate-postgres-emptydir-to-pvc-gitops-v1', {
    ansibleRunner: 'registry.example.com/runner@sha256:0',
  }).spec.tasks[0]?.taskSpec.steps[0]
  const env = Object.fromEntries(step?.env.map(({ name, value }) => [name, value]) ?? [])
  expect(step?.image).toBe('registry.example.com/runner@sha256:0')
  expect(step?.script).not.toContain('$(')
  expect(env).toMatchObject({
    PLAYBOOK_REPOSITORY: 'https://git.example.com/playbooks/test-playbooks.git',
    PLAYBOOK_COMMIT: '27c5e6d5a189b2bb781ed88d4ab7171aae52519e',
    PLAYBOOK_PATH: 'playbooks/gitops-migrate-postgres-emptydir-to-pvc.yml',
    NODE_NAME: '$(params.NODE_NAME)',
  })
})

test('a Tekton bundle is used as it is, its version without the v', () => {
  const { playbook, pipeline, schema } = importFile('tekton-oom-recovery-v2.0')
  expect(pipeline).toBeUndefined()
  expect(playbook.spec).toMatchObject({ version: '2.0.0', pipeline: 'workflow', parameters: schema })
  expect(playbook.spec.bundle).toMatch(
    /^quay\.io\/kubernaut-cicd\/tekton-bundles\/hello-world:v1\.0\.0@sha256:/,
  )
})
