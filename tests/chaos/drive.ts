import { switchProvider } from '@berth/activities/catalog/switch-provider'
import { ProviderAccountEntity } from '@berth/entities/provider-account'
import { setTimeout as delay } from 'node:timers/promises'
import { Not } from 'typeorm'
import type { WorkerDeath } from './audit/settlement-gaps.ts'
import type { EmulatedCloud } from './emulated-cloud.ts'
import type { ChaosPlan, Kill, PlannedEvent, RentalAction } from './plan-chaos.ts'
import { podsOf } from './pods.ts'
import { strike } from './strike.ts'
import { createRenters, type Renters } from './renters.ts'
import type { World } from './world.ts'

/** What was really done, for the auditor and the report. */
export interface Deeds {
  renters: Renters
  /** Rental ids by their number in the plan. */
  rentals: Map<number, string>
  /** Planned rentals for which the cloud had nothing on sale. */
  unserved: number
  /** "runpod create cut_after_effect" and how often it hit. */
  faults: () => Map<string, number>
  actions: Map<string, number>
  /** Pods taken away from outside, by id. */
  taken: Set<string>
  forced: Set<string>
  workerDeaths: WorkerDeath[]
  temporalDowns: { fromMs: number; toMs: number }[]
  /** Providers that an operator opened again after they had closed themselves. */
  reopened: number
}

const OPERATOR_LOOKS_EVERY_MS = 2_000
/** Longer than a teardown's first few looks; some clouds let nothing be ended that says such a word. */
const MUMBLES_FOR_MS = 12_000

/** Carries the plan out, each item at its moment, and returns when all of it is done. */
export async function drive(world: World, plan: ChaosPlan, say: (words: string) => void): Promise<Deeds> {
  const orders: { name: string; used: () => boolean }[] = []
  const deeds: Deeds = {
    renters: createRenters(world),
    rentals: new Map(),
    unserved: 0,
    faults: () => tally(orders.filter(({ used }) => used()).map(({ name }) => name)),
    actions: new Map(),
    taken: new Set(),
    forced: new Set(),
    workerDeaths: [],
    temporalDowns: [],
    reopened: 0,
  }
  const startedMs = Date.now()
  const at = (atMs: number): Promise<void> => delay(Math.max(startedMs + atMs - Date.now(), 0))
  const over = new AbortController()
  const operator = operate(world, deeds, over.signal)
  const rentals = plan.rentals.map(async (planned) => {
    await at(planned.atMs)
    const rentalId = await deeds.renters.rent(planned)
    if (rentalId === null) deeds.unserved += 1
    else deeds.rentals.set(planned.number, rentalId)
    const actions = planned.actions.map(async ({ afterMs, kind }) => {
      await at(planned.atMs + afterMs)
      if (rentalId !== null) await act(world, deeds, rentalId, kind)
    })
    await Promise.all(actions)
  })
  const events = plan.events.map(async (event) => {
    await at(event.atMs)
    if (event.kind === 'kill_worker' || event.kind === 'kill_temporal') await strike(world, deeds, event, say)
    else happen(world, event, (name, used) => orders.push({ name, used }))
  })
  // Why a race: the operator works until told to stop, and what goes wrong there must end the run like anything else.
  await Promise.race([Promise.all([...rentals, ...events, at(plan.driveMs)]), operator])
  for (const cloud of world.clouds) {
    // Why snapshot first: an order that is cleared looks used up.
    for (const order of orders) if (order.name.startsWith(`${cloud.name} `)) order.used = fixed(order.used())
    cloud.clearFaults()
    cloud.restock()
  }
  over.abort()
  await operator
  return deeds
}

const fixed = (value: boolean) => (): boolean => value

function tally(names: string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

async function act(world: World, deeds: Deeds, rentalId: string, kind: RentalAction): Promise<void> {
  const { renters, actions } = deeds
  actions.set(kind, (actions.get(kind) ?? 0) + 1)
  switch (kind) {
    case 'stop':
      return renters.stop(rentalId)
    case 'extend':
      return renters.extend(rentalId)
    case 'top_up':
      return renters.topUp(rentalId)
    case 'retry_now':
      return renters.retryNow(rentalId)
    case 'force_end':
      deeds.forced.add(rentalId)
      return renters.forceEnd(rentalId)
    default:
      return touchPod(world, deeds, rentalId, kind)
  }
}

async function touchPod(
  { clouds }: World,
  { taken }: Deeds,
  rentalId: string,
  kind: 'kill_pod' | 'interrupt_pod' | 'unknown_status',
): Promise<void> {
  const pod = podsOf(clouds).find((candidate) => candidate.rentalId === rentalId && candidate.diedMs === null)
  const cloud = clouds.find(({ name }) => name === pod?.cloud)
  if (!pod || !cloud) return
  if (kind === 'unknown_status') {
    cloud.mumble(pod.instanceId)
    await delay(MUMBLES_FOR_MS)
    cloud.speakPlainly(pod.instanceId)
  } else if (kind === 'kill_pod' ? cloud.kill(pod.instanceId) : cloud.interrupt(pod.instanceId))
    taken.add(pod.instanceId)
}

function happen(
  { clouds }: World,
  event: Exclude<PlannedEvent, Kill>,
  ordered: (name: string, used: () => boolean) => void,
): void {
  const cloud = cloudOf(clouds, event.cloud)
  switch (event.kind) {
    case 'fault':
      ordered(`${cloud.name} ${event.call} ${event.fault.kind}`, cloud.order(event.call, event.fault))
      return
    case 'empty_shelf':
      cloud.emptyShelf(Math.floor(event.share * cloud.shelves()))
      ordered(`${cloud.name} shelf emptied`, () => true)
      return
    case 'restock':
      cloud.restock()
  }
}

function cloudOf(clouds: readonly EmulatedCloud[], name: string): EmulatedCloud {
  const cloud = clouds.find((candidate) => candidate.name === name)
  if (!cloud) throw new Error(`the plan names ${name}, which was not started`)
  return cloud
}

/** An operator who opens a provider again that closed itself after a refusal of our account. */
async function operate({ dataSource }: World, deeds: Deeds, over: AbortSignal): Promise<void> {
  const look = async (): Promise<void> => {
    const closed = await dataSource.manager.findBy(ProviderAccountEntity, { status: Not('on') })
    for (const { id } of closed) {
      deeds.reopened += 1
      await switchProvider({ dataSource }, { account: id, status: 'on', reason: null })
    }
  }
  while (!over.aborted) {
    await look()
    await delay(OPERATOR_LOOKS_EVERY_MS, undefined, { signal: over }).catch(() => undefined)
  }
  await look()
}
