/** A command that is right or wrong as a whole; counts as one test. */
export interface StaticCheck {
  name: string
  command: string
  args: string[]
}

/**
 * Vitest projects that run in one process. Groups of one lane run one after the other, lanes side by side: what computes
 * keeps every core at work, what waits (for Temporal's clock, for whole stacks and their pods) runs beside it and goes first.
 */
export interface TestGroup {
  projects: string[]
  lane: Lane
  needs?: 'docker' | 'browser'
}

export const lanes = ['computes', 'clocks', 'stacks'] as const
export type Lane = (typeof lanes)[number]

export const staticChecks: StaticCheck[] = [
  { name: 'lint', command: 'oxlint', args: ['--deny-warnings'] },
  { name: 'format', command: 'oxfmt', args: ['--check'] },
  { name: 'types', command: 'tsc', args: ['-p', '.'] },
  { name: 'client-types', command: 'vue-tsc', args: ['-p', 'apps/client'] },
  { name: 'knip', command: 'knip', args: [] },
]

export const testGroups: TestGroup[] = [
  { projects: ['unit', 'client', 'db'], lane: 'computes' },
  { projects: ['temporal'], lane: 'clocks' },
  { projects: ['docker'], lane: 'stacks', needs: 'docker' },
  { projects: ['mock'], lane: 'computes', needs: 'browser' },
  { projects: ['pages'], lane: 'stacks', needs: 'browser' },
  { projects: ['stack'], lane: 'stacks', needs: 'browser' },
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
