import { createServer } from 'node:net'

/** Whether something could listen on this port of the loopback address right now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/** A port nobody listens on. Another process may take it before the caller does: start, and on failure ask again. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = probe.address()
      if (address === null || typeof address === 'string') {
        probe.close(() => reject(new Error('The operating system gave no port.')))
        return
      }
      probe.close(() => resolve(address.port))
    })
  })
}

/** `count` ports in a row, for a part that numbers its listeners upwards from a first one. */
export async function findFreePortRange(count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const first = await findFreePort()
    if (first + count > 65_535) continue
    const free = await Promise.all(Array.from({ length: count }, (_, offset) => isPortFree(first + offset)))
    if (free.every(Boolean)) return first
  }
  throw new Error(`No ${count} free ports in a row were found in 50 attempts.`)
}
