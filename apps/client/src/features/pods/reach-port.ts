import type { RentalDetail } from '@berth/contract/schemas/rentals'

export type Reach =
  | { way: 'address'; text: string; href: string | null }
  /** Nothing leads to it but SSH: the command that makes it answer on one's own machine. */
  | { way: 'tunnel'; text: string; href: null }

/** Ports on which people serve web pages or APIs; for others a link would promise what is not there. */
const isWebPort = (port: number): boolean =>
  [80, 443, 3000, 5000, 5173, 6006, 7860, 9000, 11_434].includes(port) || (port >= 8000 && port <= 8999)

/** How one port of a running pod is reached; null while the pod does not run. */
export function reachPort(
  { ssh, phase }: Pick<RentalDetail, 'ssh' | 'phase'>,
  { port, address }: RentalDetail['ports'][number],
): Reach | null {
  if (ssh === null || phase !== 'running') return null
  if (address === null) {
    const rest = ssh.command.replace(/^ssh /, '')
    return { way: 'tunnel', text: `ssh -N -L ${port}:localhost:${port} ${rest}`, href: null }
  }
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  const text = `${host}:${address.port}`
  const scheme = port === 443 || port === 8443 ? 'https' : 'http'
  return { way: 'address', text, href: isWebPort(port) ? `${scheme}://${text}` : null }
}
