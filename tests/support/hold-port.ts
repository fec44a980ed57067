import { once } from 'node:events'
import { createServer } from 'node:net'
import { until } from './until.ts'

/**
 * Takes the place of a server that has just died, and hangs up on everybody, so that the server cannot come back until
 * it is let. Answers how.
 */
export async function holdPort(url: string): Promise<() => Promise<void>> {
  const { hostname, port } = new URL(url)
  const server = createServer((socket) => socket.destroy())
  // Why more than once: the port is free only when the dead process is quite gone.
  const isTaken = async (): Promise<boolean> => {
    server.listen(Number(port), hostname)
    return once(server, 'listening').then(
      () => true,
      () => false,
    )
  }
  await until(isTaken, { what: `port ${port} is free` })
  return async () => {
    server.close()
    await once(server, 'close')
  }
}
