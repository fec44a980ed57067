import { fileURLToPath } from 'node:url'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/**
 * Real servers, killed processes and browsers on a machine of two cores: one more try tells a machine that was busy from a
 * product that is broken. `npm test` names at its end every test that needed it.
 */
const retry = 1

/**
 * One world of modules for all files of a worker: to load zod, Vue and our own code anew for each file was half of what these
 * tests computed. So a test puts back what it changes for all (clocks, globals, settings), and no module keeps state for it.
 */
const isolate = false

/** One project per kind of test; the suffix of a file says what it needs to run. */
const emptyPage = fileURLToPath(new URL('apps/client/src/shared/testing/empty-page.ts', import.meta.url))

export default defineConfig({
  test: {
    reporters: ['default'],
    // Why: vitest leaves one core to itself, which on two cores is half the machine for a process that mostly waits.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: 'unit',
          // Why much longer than the defaults: these have no second try, and give way to all others on a machine that is busy.
          expect: { poll: { timeout: 20_000 } },
          testTimeout: 60_000,
          isolate,
          include: ['{contract,entities,activities,workflows,apps,tests}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.{db,temporal,docker}.test.ts', 'apps/client/**'],
        },
      },
      {
        extends: 'apps/client/vite.config.ts',
        test: {
          name: 'client',
          root: 'apps/client',
          // Why: a whole page with a dialog and a look by axe takes seconds where many tests share few cores.
          testTimeout: 60_000,
          isolate,
          include: ['src/**/*.test.ts'],
          environment: 'happy-dom',
          setupFiles: [emptyPage],
        },
      },
      {
        test: {
          name: 'db',
          isolate,
          include: ['**/*.db.test.ts'],
          exclude: ['**/node_modules/**'],
          globalSetup: ['tests/support/postgres.setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'temporal',
          retry,
          include: ['**/*.temporal.test.ts'],
          exclude: ['**/node_modules/**'],
          globalSetup: ['tests/support/postgres.setup.ts', 'tests/support/temporal.setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'docker',
          include: ['**/*.docker.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'mock',
          retry,
          include: ['tests/mock/**/*.e2e.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'pages',
          retry,
          include: ['tests/pages/**/*.e2e.ts'],
          // Why so long: what a person waits for a second for is a minute's work where many share few cores.
          expect: { poll: { timeout: 30_000 } },
          globalSetup: ['tests/support/stack.setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Why two: they wait for pods more than they compute, and share one stack that three would starve.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'stack',
          retry,
          include: ['tests/stack/**/*.e2e.ts'],
          testTimeout: 180_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
