import { RentalSegmentEntity } from '@berth/entities/rental-segment'
import { In, Not, IsNull } from 'typeorm'
import type { Deeds } from './drive.ts'
import type { Kill } from './plan-chaos.ts'
import type { World } from './world.ts'

/** Kills a process and waits until it is up again, noting what the auditor has to know about it. */
export async function strike(
  world: World,
  deeds: Deeds,
  event: Kill,
  say: (words: string) => void,
): Promise<void> {
  const { temporal, workers } = world
  if (event.kind === 'kill_temporal') {
    say(`killing Temporal, down for ${event.downMs} ms`)
    const fromMs = Date.now()
    await temporal.kill(event.downMs)
    deeds.temporalDowns.push({ fromMs, toMs: Date.now() })
    return
  }
  const worker = workers[event.worker]
  if (!worker?.isUp()) return
  const anotherIsUp = workers.some((other) => other !== worker && other.isUp())
  const due = await dueSettlements(world)
  say(`killing worker ${event.worker}, down for ${event.downMs} ms`)
  if (anotherIsUp && temporal.isUp()) deeds.workerDeaths.push({ atMs: Date.now(), due })
  await worker.kill(event.downMs)
}

/** When each running meter is to be looked at next, by rental. */
async function dueSettlements({ dataSource }: World): Promise<Map<string, number>> {
  const running = await dataSource.manager.findBy(RentalSegmentEntity, {
    state: In(['funded', 'depleting']),
    nextRenewalAt: Not(IsNull()),
  })
  return new Map(
    running.flatMap(({ rentalId, nextRenewalAt }) =>
      nextRenewalAt === null ? [] : [[rentalId, nextRenewalAt.getTime()]],
    ),
  )
}
