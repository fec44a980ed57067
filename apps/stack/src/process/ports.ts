import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Whether something could listen on this port of the loopback address right now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/**
 * Below the range from which Linux (32768 up) and macOS (49152 up) number outgoing connections and listeners that name no
 * port: a port of these stays free between the moment it is found and the moment it is listened on.
 */
const unassigned = { from: 20_000, to: 32_000 } as const
const attempts = 200

/** A port nobody listens on. Another process that asks at the same time is unlikely to be told the same one. */
export const findFreePort = (): Promise<number> => findFreePortRange(1)

/** `count` ports in a row, for a part that numbers its listeners upwards from a first one. */
export async function findFreePortRange(count: number): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const first = randomInt(unassigned.from, unassigned.to - count)
    const free = await Promise.all(Array.from({ length: count }, (_, offset) => isPortFree(first + offset)))
    if (free.every(Boolean)) return first
  }
  throw new Error(
    `No ${count} free ports in a row between ${unassigned.from} and ${unassigned.to} in ${attempts} attempts.`,
  )
}
