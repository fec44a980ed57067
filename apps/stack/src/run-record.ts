import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { runCommand } from './process/run-command.ts'
import { signalGroup } from './process/signal-group.ts'

interface RecordedProcess {
  name: string
  pid: number
  /** When it started, as the operating system says it: a pid alone may belong to somebody else by now. */
  born: string
}

interface RunRecord {
  supervisor: RecordedProcess
  children: RecordedProcess[]
}

/** Written beside the data while the stack runs, so that the next start finds what a killed one left behind. */
export async function openRunRecord(
  file: string,
): Promise<{ add: (name: string, pid: number) => Promise<void> }> {
  const record: RunRecord = { supervisor: await describe('npm start', process.pid), children: [] }
  const save = (): void => {
    // Why: whoever reads it, a start after a kill above all, must find the whole of it.
    const unfinished = `${file}.unfinished`
    writeFileSync(unfinished, `${JSON.stringify(record, null, 2)}\n`)
    renameSync(unfinished, file)
  }
  save()
  return {
    add: async (name, pid) => {
      record.children.push(await describe(name, pid))
      save()
    },
  }
}

/** Whether the start that wrote this record still runs. */
export async function isInUse(file: string): Promise<boolean> {
  return existsSync(file) && stillRuns(read(file).supervisor)
}

/** PostgreSQL takes SIGTERM as the wish to wait until everybody has left. */
export const stopSignal = (name: string): NodeJS.Signals => (name === 'PostgreSQL' ? 'SIGINT' : 'SIGTERM')

export async function closeRunRecord(file: string): Promise<void> {
  await rm(file, { force: true })
}

/**
 * Refuses when another start is using the same data; stops what a start that was killed left running, and answers the
 * names of those.
 */
export async function stopLeftovers(file: string): Promise<string[]> {
  if (!existsSync(file)) return []
  const record = read(file)
  if (await stillRuns(record.supervisor)) {
    throw new Error(
      `Berth is running already (process ${record.supervisor.pid}). Stop it with Ctrl-C, ` +
        'or give this one its own BERTH_DATA_DIR and ports.',
    )
  }
  const stopped: string[] = []
  for (const child of [...record.children].reverse()) {
    if (!(await stillRuns(child))) continue
    signalGroup(child.pid, stopSignal(child.name))
    for (let waitedMs = 0; waitedMs < 10_000 && (await stillRuns(child)); waitedMs += 200) {
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    if (await stillRuns(child)) signalGroup(child.pid, 'SIGKILL')
    stopped.push(child.name)
  }
  await closeRunRecord(file)
  return stopped
}

const read = (file: string): RunRecord => JSON.parse(readFileSync(file, 'utf8')) as RunRecord

async function describe(name: string, pid: number): Promise<RecordedProcess> {
  return { name, pid, born: await bornAt(pid) }
}

async function stillRuns({ pid, born }: RecordedProcess): Promise<boolean> {
  return born !== '' && (await bornAt(pid)) === born
}

/** Empty when there is no such process. */
async function bornAt(pid: number): Promise<string> {
  if (existsSync('/proc/self/stat')) {
    const stat = `/proc/${pid}/stat`
    if (!existsSync(stat)) return ''
    // Why: the second field is the program's name in brackets and may hold spaces; the start time is field 22.
    return readFileSync(stat, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? ''
  }
  const { code, output } = await runCommand({
    command: 'ps',
    args: ['-o', 'lstart=', '-p', `${pid}`],
    timeoutMs: 5_000,
  })
  return code === 0 ? output.trim() : ''
}
