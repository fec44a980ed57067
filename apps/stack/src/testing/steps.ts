/** A command that is right or wrong as a whole; counts as one test. */
export interface StaticCheck {
  name: string
  command: string
  args: string[]
}

/** Vitest projects that run in one process. Groups of one lane run one after the other, lanes side by side. */
export interface TestGroup {
  projects: string[]
  lane: Lane
  /** Whether it computes whenever it may, and lets what has a clock to keep go first. */
  givesWay?: true
  needs?: 'docker' | 'browser'
}

/**
 * Two, filled so that both end at about the same time: what waits in one (for Temporal's timers, for pods that boot)
 * leaves its core to the other. A third would have everybody wait for a core.
 */
export const lanes = ['first', 'second'] as const
export type Lane = (typeof lanes)[number]

export const staticChecks: StaticCheck[] = [
  { name: 'lint', command: 'oxlint', args: ['--deny-warnings'] },
  { name: 'format', command: 'oxfmt', args: ['--check'] },
  { name: 'types', command: 'tsc', args: ['-p', '.'] },
  { name: 'client-types', command: 'vue-tsc', args: ['-p', 'apps/client'] },
  { name: 'knip', command: 'knip', args: [] },
]

export const testGroups: TestGroup[] = [
  { projects: ['unit', 'client', 'db'], lane: 'first', givesWay: true },
  { projects: ['temporal'], lane: 'second' },
  { projects: ['mock'], lane: 'first', needs: 'browser' },
  { projects: ['pages'], lane: 'second', needs: 'browser' },
  { projects: ['docker'], lane: 'first', needs: 'docker' },
  { projects: ['stack'], lane: 'first', needs: 'browser' },
]

export interface Selection {
  checks: StaticCheck[]
  groups: TestGroup[]
  /** What is left of the arguments: file filters and flags for vitest. */
  vitestArgs: string[]
}

/**
 * Reads the arguments of `npm test -- …`: names of checks and projects choose what runs (none: everything), the rest
 * goes to vitest. A file filter alone runs the tests only.
 */
export function selectSteps(args: string[]): Selection {
  const projects = testGroups.flatMap((group) => group.projects)
  const known = [...staticChecks.map(({ name }) => name), ...projects]
  const chosen = new Set(args.filter((argument) => known.includes(argument)))
  const vitestArgs = args.filter((argument) => !chosen.has(argument))
  if (chosen.size === 0)
    return { checks: vitestArgs.length > 0 ? [] : staticChecks, groups: testGroups, vitestArgs }
  return {
    checks: staticChecks.filter(({ name }) => chosen.has(name)),
    groups: testGroups
      .map((group) => ({ ...group, projects: group.projects.filter((project) => chosen.has(project)) }))
      .filter((group) => group.projects.length > 0),
    vitestArgs,
  }
}
