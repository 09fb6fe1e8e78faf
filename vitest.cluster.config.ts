import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

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

export default defineConfig({
  test: {
    include: ['test/cluster/**/*.cluster.ts'],
    fileParallelism: false,
    sequence: { sequencer: InOrder },
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
