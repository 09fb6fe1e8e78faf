import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // A worker for each file would cost more than the tests: 101 s of CPU time instead of 44.
    isolate: false,
  },
})
