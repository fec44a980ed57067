import type { PodRefusal } from '@berth/contract/pod-gateway'
import type { Provider, SshEndpoint } from '@berth/activities/providers/port'
import { RentalEntity, type Rental } from '@berth/entities/rental'
import type { DataSource } from 'typeorm'
import type { WatchedPod } from './log-hub.ts'

export type Found<T> = ({ ok: true } & T) | ({ ok: false } & PodRefusal)

const LIVE: readonly Rental['phase'][] = ['verifying', 'running']

/** Where the log of a rental's pod is read; refuses where there is no pod or its provider shows no logs. */
export async function findLogs(
  { dataSource, providers }: { dataSource: DataSource; providers: ReadonlyMap<string, Provider> },
  rentalId: string,
): Promise<Found<{ pod: WatchedPod }>> {
  const rental = await findLive(dataSource, rentalId)
  if (!rental?.podId) return { ok: false, refused: 'not_running' }
  if (!providers.get(rental.account)?.capabilities.logs) return { ok: false, refused: 'no_logs' }
  return { ok: true, pod: { account: rental.account, podId: rental.podId } }
}

/** Where one logs in to a rental's pod, and the host key it was handed over with. */
export async function findDoor(
  dataSource: DataSource,
  rentalId: string,
): Promise<Found<{ ssh: SshEndpoint; hostKeyFingerprint: string | null }>> {
  const rental = await findLive(dataSource, rentalId)
  if (!rental?.sshHost || rental.sshPort === null || !rental.sshUser)
    return { ok: false, refused: 'not_running' }
  const { sshHost: host, sshPort: port, sshUser: user, hostKey } = rental
  return { ok: true, ssh: { host, port, user }, hostKeyFingerprint: hostKey }
}

async function findLive(dataSource: DataSource, rentalId: string): Promise<Rental | null> {
  const rental = await dataSource.manager.findOneBy(RentalEntity, { id: rentalId })
  return rental && LIVE.includes(rental.phase) ? rental : null
}
