import type { Server } from 'node:http'
import type { Logger } from 'pino'

/** What is under way may finish within this; then connections are cut. */
const GRACE_MS = 10_000

interface Options {
  server: Server
  log: Logger
  /** Ends what would keep connections open for ever. */
  beforeClose: () => void
  afterClose: () => Promise<void>
  signals?: NodeJS.Signals[]
}

/** Resolves when a signal came, no new request was taken, and those under way were answered. */
export async function serveUntilSignal(options: Options): Promise<void> {
  const { server, log, beforeClose, afterClose, signals = ['SIGTERM', 'SIGINT'] } = options
  const signal = await new Promise<NodeJS.Signals>((resolve, reject) => {
    server.on('error', reject)
    for (const name of signals) process.once(name, () => resolve(name))
  })
  log.info({ signal }, 'the API stops')
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  beforeClose()
  server.closeIdleConnections()
  const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS)
  await closed
  clearTimeout(cut)
  await afterClose()
  log.info('the API has stopped')
}
