import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What has a namespace to itself and changes nothing that others see; most of its time is waiting. */
const SIDE_BY_SIDE = [
  'approvals',
  'conformance/{broker,kubernetes,registry,resolution}',
  'examples/{certificate,guarded,workloads}',
  'forged',
  'image',
  'journeys',
  'kept',
  'private-registry',
  'remediation',
  'verification-plan',
].map(name => `test/cluster/${name}.cluster.ts`)

/** What disturbs the others, looks back at them, or leaves another deployment behind, in this order after the rest. */
const LAST = ['faults', 'resolution', 'watch-runs', 'audit', 'deployers']

function place({ moduleId }: TestSpecification): number {
  return LAST.findIndex(name => moduleId.includes(`/test/cluster/${name}`))
}

class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => place(a) - place(b) || a.moduleId.localeCompare(b.moduleId))
  }
}

const patience = { testTimeout: 300_000, hookTimeout: 300_000 }

export default defineConfig({
  test: {
    sequence: { sequencer: InOrder },
    projects: [
      {
        test: {
          ...patience,
          name: 'side by side',
          include: SIDE_BY_SIDE,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...patience,
          name: 'one after the other',
          include: ['test/cluster/**/*.cluster.ts'],
          exclude: SIDE_BY_SIDE,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
