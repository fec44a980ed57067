import { resolveBrowser } from '../browser/resolve-browser.ts'
import { isDockerReachable } from '../docker-engine.ts'
import type { Terminal } from '../terminal.ts'
import { runVitest } from './run-vitest.ts'
import { lanes, type Lane, type TestGroup } from './steps.ts'
import { takeTurns } from './take-turns.ts'
import { nothing, oneFailed, type Tally } from './tally.ts'

/** Runs all lanes at once; each group is printed as if it had run alone, in the order in which they began. */
export async function runGroups(options: {
  groups: TestGroup[]
  /** What the first lane begins with. */
  before: () => Promise<Tally[]>
  vitestArgs: string[]
  terminal: Terminal
}): Promise<Tally[]> {
  const { groups, before, vitestArgs, terminal } = options
  const env = { ...process.env }
  const unmet = await findNeeds(groups, env, terminal)
  const args = vitestArgs.length > 0 ? ['--passWithNoTests', ...vitestArgs] : vitestArgs
  const begin = takeTurns(process.stdout)

  const inLane = async (lane: Lane): Promise<Tally[]> => {
    const tallies: Tally[] = []
    for (const { projects, needs, givesWay = false } of groups.filter((group) => group.lane === lane)) {
      const missing = needs && unmet.get(needs)
      if (missing) {
        tallies.push(missing)
        continue
      }
      const speaker = begin()
      tallies.push(await runVitest({ projects, args, env, say: speaker.say, givesWay }))
      speaker.end()
    }
    return tallies
  }
  const checking = begin()
  const checked = before().finally(checking.end)
  const outcomes = await Promise.allSettled([
    checked,
    ...lanes.map(async (lane) => {
      if (lane === 'first') await checked.catch(() => undefined)
      return inLane(lane)
    }),
  ])
  return outcomes.flatMap((outcome) => {
    if (outcome.status === 'fulfilled') return outcome.value
    terminal.print(terminal.paint('red', String(outcome.reason?.stack ?? outcome.reason)))
    return [oneFailed]
  })
}

/** Looks for what some groups need; answers what each group is counted as that has to do without. */
async function findNeeds(
  groups: TestGroup[],
  env: NodeJS.ProcessEnv,
  terminal: Terminal,
): Promise<Map<TestGroup['needs'], Tally>> {
  const unmet = new Map<TestGroup['needs'], Tally>()
  if (groups.some(({ needs }) => needs === 'docker') && !(await isDockerReachable())) {
    const required = env.BERTH_REQUIRE_DOCKER === '1'
    const text = `NO DOCKER ENGINE ANSWERS: the tests of real containers did not run${required ? ', and must' : ''}.`
    terminal.print(terminal.paint(required ? 'red' : 'yellow', `\n  !! ${text}\n`))
    unmet.set('docker', required ? oneFailed : nothing)
  }
  if (groups.some(({ needs }) => needs === 'browser')) {
    const line = terminal.begin('browser')
    try {
      env.CHROMIUM_PATH = await resolveBrowser({ env, onProgress: line.progress })
      line.done(env.CHROMIUM_PATH)
    } catch (error) {
      line.failed(error instanceof Error ? error.message : String(error))
      unmet.set('browser', oneFailed)
    }
    terminal.settle()
  }
  return unmet
}
