import { createTerminal } from './terminal.ts'
import { runGroups } from './testing/run-groups.ts'
import { runStaticChecks } from './testing/run-static-checks.ts'
import { selectSteps } from './testing/steps.ts'
import { oneFailed, secondTryLines, sumTallies, verdict, type Tally } from './testing/tally.ts'

/** `npm test`: every check and every test of the project; the last line sums them all up. Answers the exit code. */
export async function main(args: string[]): Promise<number> {
  const terminal = createTerminal()
  const { checks, groups, vitestArgs } = selectSteps(args)
  const tallies: Tally[] = []
  try {
    const before = () => runStaticChecks(checks, terminal)
    tallies.push(...(await runGroups({ groups, before, vitestArgs, terminal })))
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
