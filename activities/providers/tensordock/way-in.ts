import { randomInt } from 'node:crypto'
import type { PortForward } from './api.ts'
import type { TensorDockHost } from './schema.ts'

const SSH_PORT = 22

/** How a machine is reached: by ports that its host forwards, or by an address of its own. */
export type WayIn = PortForward[] | 'dedicated_ip'

/**
 * A way in that this host has now; forwarded ports first, since an address of its own may cost. Two launches at once may
 * choose the same port, and one of them is then refused: a random start makes that rare. Null where there is none.
 */
export function chooseWayIn(
  { available_resources: has }: TensorDockHost,
  ports: readonly number[],
): WayIn | null {
  const wanted = [...new Set([SSH_PORT, ...ports])]
  const free = has.available_ports
  if (free.length >= wanted.length) {
    const start = randomInt(free.length)
    return wanted.map((internal_port, index) => ({
      internal_port,
      external_port: free[(start + index) % free.length] ?? 0,
    }))
  }
  return has.has_public_ip_available === true ? 'dedicated_ip' : null
}
