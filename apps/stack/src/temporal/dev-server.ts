import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { startChild, whyDead, type Child } from '../process/child.ts'
import { acceptsConnections, answersOk, waitUntil } from '../process/wait-until.ts'
import { searchAttributeArguments, sqliteArguments } from './search-attributes.ts'

export interface DevServerOptions {
  program: string
  port: number
  webPort: number
  /** SQLite file; workflows survive a restart in it. */
  databaseFile: string
  namespace: string
  logFile: string
  signal?: AbortSignal
  onChild?: (child: Child) => void
}

/** Starts Temporal's development server with its Web UI and our search attributes, and waits until both answer. */
export async function startDevServer(options: DevServerOptions): Promise<Child> {
  const { program, port, webPort, databaseFile, namespace, logFile, signal, onChild } = options
  await mkdir(dirname(databaseFile), { recursive: true })
  const child = await startChild({
    name: 'Temporal',
    command: program,
    args: [
      'server start-dev --ip 127.0.0.1 --log-level warn'.split(' '),
      ['--port', `${port}`, '--ui-port', `${webPort}`],
      ['--db-filename', databaseFile, '--namespace', namespace],
      sqliteArguments,
      searchAttributeArguments,
    ].flat(),
    logFile,
  })
  onChild?.(child)
  try {
    await waitUntil({
      what: 'Temporal',
      check: async () =>
        (await acceptsConnections(port)) && (await answersOk(`http://127.0.0.1:${webPort}/`)),
      timeoutMs: 60_000,
      giveUp: () => whyDead(child),
      ...(signal ? { signal } : {}),
    })
  } catch (error) {
    await child.stop()
    throw error
  }
  return child
}
