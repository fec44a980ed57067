import { join } from 'node:path'
import { runCommand } from '../process/run-command.ts'
import { projectPaths } from '../project-paths.ts'
import type { Terminal } from '../terminal.ts'
import type { StaticCheck } from './steps.ts'
import { oneFailed, onePassed, type Tally } from './tally.ts'

/** Runs the checks side by side; what a failed one said is printed after its line. */
export async function runStaticChecks(checks: StaticCheck[], terminal: Terminal): Promise<Tally[]> {
  const outcomes = await Promise.all(
    checks.map(async ({ name, command, args }) => {
      const line = terminal.begin(name)
      const { code, output } = await runCommand({
        command: join(projectPaths.root, 'node_modules/.bin', command),
        args,
        cwd: projectPaths.root,
        timeoutMs: 300_000,
      })
      if (code === 0) line.done([command, ...args].join(' '))
      else line.failed(`${[command, ...args].join(' ')} (exit code ${code})`)
      return { name, code, output }
    }),
  )
  terminal.settle()
  for (const { name, code, output } of outcomes) {
    if (code !== 0) terminal.print(`\n${terminal.paint('red', name)}\n${output.trimEnd()}\n`)
  }
  return outcomes.map(({ code }) => (code === 0 ? onePassed : oneFailed))
}
