import { relative } from 'node:path'
import { prepareStack, runRecordFile } from './prepare-stack.ts'
import { projectPaths } from './project-paths.ts'
import { closeRunRecord, openRunRecord } from './run-record.ts'
import { loadEnvFile, readSettings } from './settings.ts'
import { stackParts } from './stack-parts.ts'
import { createSupervisor } from './supervisor.ts'
import { createTerminal, type Terminal } from './terminal.ts'
import { welcome } from './welcome.ts'

/** `npm start`: brings the whole product up on this machine and keeps it up until Ctrl-C. Answers the exit code. */
export async function main(args: string[]): Promise<number> {
  const terminal = createTerminal()
  try {
    loadEnvFile()
    return await run(args, terminal)
  } catch (error) {
    terminal.settle()
    console.error(`\n${terminal.paint('red', error instanceof Error ? error.message : String(error))}`)
    return 1
  }
}

async function run(args: string[], terminal: Terminal): Promise<number> {
  const settings = readSettings(args, process.env)
  terminal.print(
    `\n  ${terminal.paint('bold', 'Berth')}  ${terminal.paint('dim', 'one market over every GPU cloud')}\n`,
  )
  const stack = await prepareStack(settings, (note) => terminal.print(`  ${note}`))
  const recordFile = runRecordFile(settings.dataDir)
  const record = await openRunRecord(recordFile)
  const supervisor = createSupervisor({
    parts: stackParts(stack),
    terminal,
    onChild: (child) => void record.add(child.name, child.pid),
  })

  const stopRequested = new Promise<'stop'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve('stop'))
  })
  try {
    const starting = supervisor.startAll()
    const first = await Promise.race([starting.then(() => 'up' as const), stopRequested])
    if (first === 'stop') {
      await supervisor.stopAll()
      await starting.catch(() => undefined)
      return 0
    }
    terminal.print(welcome(stack, terminal.paint))
    const end = await Promise.race([stopRequested, supervisor.failed])
    terminal.print(
      end === 'stop' ? '\n  Stopping …' : `\n${terminal.paint('red', `${end} Stopping the rest.`)}`,
    )
    await supervisor.stopAll()
    if (end === 'stop') terminal.print('  Stopped. The data is kept; `npm start` goes on where this ended.')
    else terminal.print(`  Logs: ${relative(projectPaths.root, stack.logFile('*'))}`)
    return end === 'stop' ? 0 : 1
  } finally {
    await closeRunRecord(recordFile)
  }
}
