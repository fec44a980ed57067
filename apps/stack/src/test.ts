import { resolveBrowser } from './browser/resolve-browser.ts'
import { isDockerReachable } from './docker-engine.ts'
import { createTerminal, type Terminal } from './terminal.ts'
import { runStaticChecks } from './testing/run-static-checks.ts'
import { runVitest } from './testing/run-vitest.ts'
import { selectSteps, type TestGroup } from './testing/steps.ts'
import { nothing, oneFailed, secondTryLines, sumTallies, verdict, type Tally } from './testing/tally.ts'

/** `npm test`: every check and every test of the project; the last line sums them all up. Answers the exit code. */
export async function main(args: string[]): Promise<number> {
  const terminal = createTerminal()
  const { checks, groups, vitestArgs } = selectSteps(args)
  const tallies: Tally[] = []
  try {
    tallies.push(...(await runStaticChecks(checks, terminal)))
    for (const group of groups) tallies.push(await runGroup({ group, vitestArgs, terminal }))
  } catch (error) {
    terminal.print(
      terminal.paint('red', error instanceof Error ? (error.stack ?? error.message) : String(error)),
    )
    tallies.push(oneFailed)
  }
  const total = sumTallies(tallies)
  if (total.skipped > 0) terminal.print(terminal.paint('yellow', `${total.skipped} skipped`))
  for (const line of secondTryLines(total)) terminal.print(terminal.paint('yellow', line))
  terminal.print(verdict(total))
  return total.failed === 0 && total.passed > 0 ? 0 : 1
}

async function runGroup(options: {
  group: TestGroup
  vitestArgs: string[]
  terminal: Terminal
}): Promise<Tally> {
  const { group, vitestArgs, terminal } = options
  const env = { ...process.env }
  if (group.needs === 'docker' && !(await isDockerReachable())) {
    const required = env.BERTH_REQUIRE_DOCKER === '1'
    const text = `NO DOCKER ENGINE ANSWERS: the tests of real containers did not run${required ? ', and must' : ''}.`
    terminal.print(terminal.paint(required ? 'red' : 'yellow', `\n  !! ${text}\n`))
    return required ? oneFailed : nothing
  }
  if (group.needs === 'browser') {
    const line = terminal.begin('browser')
    try {
      env.CHROMIUM_PATH = await resolveBrowser({ env, onProgress: line.progress })
      line.done(env.CHROMIUM_PATH)
    } catch (error) {
      line.failed(error instanceof Error ? error.message : String(error))
      terminal.settle()
      return oneFailed
    }
    terminal.settle()
  }
  const args = vitestArgs.length > 0 ? ['--passWithNoTests', ...vitestArgs] : vitestArgs
  return runVitest({ projects: group.projects, args, env })
}
