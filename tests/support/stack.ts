import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { StackAddresses } from '@berth/stack/addresses'
import { prepareStack, runRecordFile } from '@berth/stack/prepare-stack'
import { findFreePortRange } from '@berth/stack/process/ports'
import { signalGroup } from '@berth/stack/process/signal-group'
import { projectPaths } from '@berth/stack/project-paths'
import { openRunRecord, stopSignal } from '@berth/stack/run-record'
import { portVariables, readSettings } from '@berth/stack/settings'
import { stackParts } from '@berth/stack/stack-parts'
import { createSupervisor } from '@berth/stack/supervisor'

export interface TestStack {
  addresses: StackAddresses
  dataDir: string
  logFile: (part: string) => string
  /** Signals the process that does the work of a part at present, and whatever it started. */
  signal: (part: string, signal: NodeJS.Signals) => void
  stop: () => Promise<void>
}

/** How the data folder of every test stack begins. */
export const testStackPrefix = 'test-stack-'

/** As many ports in a row as there are upstreams, the control port and some to grow into. */
const upstreamPorts = 20

/**
 * The whole product on free ports with an empty data folder of its own: what `npm start` runs, started by the same
 * code. Takes about as long as `npm start`; share one over a test file.
 */
export async function startTestStack(overrides: NodeJS.ProcessEnv = {}): Promise<TestStack> {
  const { env, dataDir } = await testStackEnvironment()
  const stack = await prepareStack(readSettings([], { ...env, ...overrides }), () => undefined)
  const pids = new Map<string, number>()
  const record = await openRunRecord(runRecordFile(dataDir))
  const supervisor = createSupervisor({
    parts: stackParts(stack),
    terminal: silentTerminal,
    onChild: ({ name, pid }) => {
      pids.set(name, pid)
      void record.add(name, pid)
    },
  })
  // Why: a run that is interrupted has no time to wait for anybody. What even this misses is swept by the next run.
  const leaveNothing = (): void => pids.forEach((pid, name) => signalGroup(pid, stopSignal(name)))
  process.once('exit', leaveNothing)
  const stop = async (): Promise<void> => {
    await supervisor.stopAll()
    process.off('exit', leaveNothing)
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    await supervisor.startAll()
  } catch (error) {
    await stop()
    throw error
  }
  const signal: TestStack['signal'] = (part, name) => {
    const pid = pids.get(part)
    if (pid === undefined) throw new Error(`${part} has no process; there are ${[...pids.keys()].join(', ')}`)
    signalGroup(pid, name)
  }
  return { addresses: stack.addresses, dataDir, logFile: stack.logFile, signal, stop }
}

/** Environment of a stack that meets no other: free ports, a data folder of its own, nothing of the test runner's. */
export async function testStackEnvironment(): Promise<{ env: NodeJS.ProcessEnv; dataDir: string }> {
  const dataDir = join(projectPaths.data, `${testStackPrefix}${randomBytes(4).toString('hex')}`)
  await mkdir(dataDir, { recursive: true })
  const parts = Object.entries(portVariables)
  // Why one range: ports found one by one may lie among those that the upstreams number from their first.
  const first = await findFreePortRange(parts.length + upstreamPorts)
  const ports = Object.fromEntries(
    parts.map(([part, { variable }], index) => [
      variable,
      String(part === 'upstreams' ? first + parts.length : first + index),
    ]),
  )
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_ENV$|TEST$|MODE$|DEV$|PROD$|SSR$|BASE_URL$)/.test(name),
  )
  return { env: { ...Object.fromEntries(inherited), ...ports, BERTH_DATA_DIR: dataDir }, dataDir }
}

const silentTerminal = {
  paint: (_format: unknown, text: string): string => text,
  print: (): void => undefined,
  begin: () => ({
    progress: () => undefined,
    done: () => undefined,
    failed: () => undefined,
    skipped: () => undefined,
  }),
}
