import type { RentalView } from '@berth/contract/schemas/rentals'
import type { ProviderAccount } from '@berth/entities/provider-account'
import type { Rental } from '@berth/entities/rental'

type Served = Pick<Rental, 'phase' | 'ports' | 'publishedPorts' | 'sshHost'>

/**
 * Where each port that was asked for answers: where the provider published it, or at the machine's own address where nothing
 * stands in front of it. No address: it is not up, or an SSH tunnel is the only way.
 */
export function reachablePorts(
  { phase, ports, publishedPorts, sshHost }: Served,
  access: NonNullable<ProviderAccount['terms']>['ports'] | undefined,
): RentalView['ports'] {
  return ports.map((port) => {
    const found = publishedPorts.find(({ privatePort }) => privatePort === port)
    if (phase !== 'running') return { port, address: null }
    if (found) return { port, address: { host: found.host, port: found.publicPort } }
    return { port, address: access === 'open' && sshHost !== null ? { host: sshHost, port } : null }
  })
}
