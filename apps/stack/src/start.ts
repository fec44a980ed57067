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

  const end = Promise.race([stopRequested(), crashed(), supervisor.failed.then((reason) => ({ reason }))])
  try {
    const starting = supervisor.startAll()
    const early = await Promise.race([starting.then(() => undefined), end])
    if (early === undefined) terminal.print(welcome(stack, terminal.paint))
    const { reason } = early ?? (await end)
    terminal.print(
      reason === undefined ? '\n  Stopping …' : `\n${terminal.paint('red', reason)}\n  Stopping …`,
    )
    await supervisor.stopAll()
    // Why: parts that were still starting see the stop and end by themselves; nothing may outlive this process.
    await starting.catch(() => undefined)
    if (reason === undefined)
      terminal.print('  Stopped. The data is kept; `npm start` goes on where this ended.')
    else terminal.print(`  Logs: ${relative(projectPaths.root, stack.logFile('*'))}`)
    return reason === undefined ? 0 : 1
  } finally {
    await closeRunRecord(recordFile)
  }
}

/** Why a run ends; no reason when the person wanted it to. */
interface RunEnd {
  reason?: string
}

function stopRequested(): Promise<RunEnd> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve({}))
  })
}

/** An error nobody caught ends this process: not before it has stopped the others. */
function crashed(): Promise<RunEnd> {
  return new Promise((resolve) => {
    process.on('uncaughtException', (error) => resolve({ reason: error.stack ?? error.message }))
  })
}
