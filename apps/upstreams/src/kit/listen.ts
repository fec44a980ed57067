import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Listening {
  readonly port: number
  /** `http://host:port`, no slash at the end. */
  readonly origin: string
  close(): Promise<void>
}

/** Serves on this port (0 picks a free one). Closing cuts open connections: event streams would wait for ever. */
export async function listen({ app, host = '127.0.0.1', port }: ListenOptions): Promise<Listening> {
  const server = createServer(app)
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  return {
    port: address.port,
    origin: `http://${host}:${address.port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

interface ListenOptions {
  readonly app: RequestListener
  readonly host?: string
  readonly port: number
}
