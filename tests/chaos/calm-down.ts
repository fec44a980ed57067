import { RentalEntity } from '@berth/entities/rental'
import { setTimeout as delay } from 'node:timers/promises'
import { Not } from 'typeorm'
import type { Deeds } from './drive.ts'
import { podsOf } from './pods.ts'
import type { World } from './world.ts'

/** As a vendor's staff does in the end: some clouds let nothing be ended that never came out of its boot. */
function letGo({ clouds }: World): void {
  for (const { cloud, instanceId } of podsOf(clouds).filter(({ diedMs }) => diedMs === null))
    clouds.find(({ name }) => name === cloud)?.speakPlainly(instanceId)
}

const DEADLINE_MS = 300_000
const LOOK_EVERY_MS = 500
const SAY_EVERY_MS = 15_000

/**
 * After the storm: everything is up again and no fault stands. Whatever still runs is stopped by its renter; then all there
 * is to do is to wait. What has not ended by the deadline is the auditor's to complain about. Answers the milliseconds it took.
 */
export async function calmDown(
  world: World,
  { renters }: Deeds,
  say: (words: string) => void,
): Promise<number> {
  const startedMs = Date.now()
  await world.temporal.ensureUp()
  for (const worker of world.workers) await worker.ensureUp()
  const live = await world.dataSource.manager.findBy(RentalEntity, { phase: Not('ended') })
  for (const { id } of live) await renters.stop(id)
  letGo(world)
  for (let saidMs = startedMs; ; await delay(LOOK_EVERY_MS)) {
    const left = await world.dataSource.manager.findBy(RentalEntity, { phase: Not('ended') })
    const alive = podsOf(world.clouds).filter(({ diedMs }) => diedMs === null)
    const nowMs = Date.now()
    if ((left.length === 0 && alive.length === 0) || nowMs - startedMs > DEADLINE_MS) return nowMs - startedMs
    if (nowMs - saidMs < SAY_EVERY_MS) continue
    saidMs = nowMs
    const phases = left.map(({ id, phase }) => `${id} ${phase}`).slice(0, 5)
    say(`waiting for ${left.length} rentals and ${alive.length} pods to end: ${phases.join(', ')}`)
  }
}
