import { DomainError } from '@berth/contract/errors'
import { expect } from 'vitest'
import { createAuditor, type AuditedPod } from './auditor.ts'
import { NOON, type BillingWorld } from './billing-world.ts'
import type { CrashPoints } from './crash-points.ts'
import type { Command, Story } from './story.ts'

interface Context {
  world: BillingWorld
  crashes: CrashPoints
  walletId: string
  rentals: string[]
  auditor: ReturnType<typeof createAuditor>
  nowMs: number
}

/** Lives a story through and lets the auditor look after every step. */
export async function liveStory(world: BillingWorld, crashes: CrashPoints, story: Story): Promise<void> {
  const { opening, burnLimit, dayLimit } = story
  await crashes.at(null)
  const wallet = await world.aWallet(opening)
  const { walletId } = wallet
  await world.billing.setWalletLimits({ walletId, burnLimitMicros: burnLimit, dayLimitMicros: dayLimit })
  const auditor = createAuditor(world, walletId, { burnLimit, dayLimit })
  if (opening > 0) auditor.posted('opening', BigInt(opening))
  const rentals = await Promise.all(story.terms.map(({ charging }) => world.aRental(wallet, charging)))
  story.terms.forEach(({ charging, ourFault }, i) => {
    const rentalId = rentals[i] ?? ''
    auditor.pods.set(rentalId, { ...newPod, rentalId, charging, ourFault })
  })
  let offsetMs = 0
  for (const { pauseMs, commands, twice, crashAt, inOrder } of stepsOf(story)) {
    offsetMs = Math.max(offsetMs + pauseMs, 0)
    await Promise.all([world.at(offsetMs), crashes.at(crashAt)])
    const context = { world, crashes, walletId, rentals, auditor, nowMs: NOON + offsetMs }
    if (inOrder) for (const command of commands) await perform(context, command)
    else {
      const wanted = twice ? [...commands, ...commands] : commands
      await Promise.all(wanted.map((command) => perform(context, command)))
    }
    await auditor.audit(NOON + offsetMs)
  }
}

/** Every pod is rented first and ended last. */
function stepsOf({ everyPod, steps }: Story): (Story['steps'][number] & { inOrder: boolean })[] {
  const first = everyPod.flatMap((reserve, pod): Command[] => [
    { ...reserve, pod },
    { do: 'start', pod, samePrice: true, price: 0 },
  ])
  const last = everyPod.map((_, pod): Command => ({ do: 'close', pod, secondsAgo: null }))
  return [
    { pauseMs: 0, commands: first, twice: false, crashAt: null, inOrder: true },
    ...steps.map((step) => ({ ...step, inOrder: false })),
    { pauseMs: 1_000, commands: last, twice: true, crashAt: null, inOrder: false },
  ]
}

const newPod: Omit<AuditedPod, 'rentalId' | 'charging' | 'ourFault'> = {
  priceMicros: 0n,
  startedAtMs: null,
  endedAtMs: null,
  limitMoved: false,
}

const REFUSED = ['not_found', 'idempotency_conflict', 'invalid_amount']

/** Does it, again after a crash as Temporal would, and tells the auditor what was ordered and accepted. */
async function perform(context: Context, command: Command): Promise<void> {
  const rentalId = 'pod' in command ? (context.rentals[command.pod] ?? '') : ''
  try {
    await order(context, command, rentalId)
  } catch (error) {
    if (context.crashes.caused(error)) return perform(context, command)
    if (!(error instanceof DomainError && REFUSED.includes(error.code))) throw error
  }
}

async function order(context: Context, command: Command, rentalId: string): Promise<void> {
  const { auditor } = context
  const { billing } = context.world
  const pod = auditor.pods.get(rentalId)
  if (command.do === 'topUp') return post(context, 'top_up', command.key, command.amount)
  if (command.do === 'refund') return post(context, 'refund', command.key, command.amount)
  if (command.do === 'sweep') return void (await billing.sweep({ limit: 20 }))
  if (pod === undefined) throw new Error(`the story has no pod ${command.pod}`)
  switch (command.do) {
    case 'reserve':
      return void (await billing.reserve({
        rentalId,
        priceMicrosPerHour: command.price,
        teardownSeconds: command.teardown,
        spendLimitMicros: command.limit,
        durationSeconds: command.term,
      }))
    case 'start':
      return startPod(context, pod, command)
    case 'renew':
      return void (await billing.renew({ rentalId }))
    case 'close':
      return closePod(context, pod, command.secondsAgo)
    case 'limit':
      pod.limitMoved = true
      return void (await billing.setLimits({ rentalId, spendLimitMicros: command.limit }))
  }
}

async function post(
  { world, walletId, auditor }: Context,
  kind: 'top_up' | 'refund',
  key: number,
  micros: number,
): Promise<void> {
  const idempotencyKey = `${kind}/${walletId}/${key}`
  const amountMicros = BigInt(micros)
  const posted = await world.billing.post({ walletId, amountMicros, kind, idempotencyKey, reference: 'pi' })
  if (posted.fresh) auditor.posted(idempotencyKey, kind === 'top_up' ? amountMicros : -amountMicros)
}

async function startPod(
  { world }: Context,
  pod: AuditedPod,
  command: Extract<Command, { do: 'start' }>,
): Promise<void> {
  const { rentalId } = pod
  const priceOf = async (): Promise<number | null> => {
    const [row] = await world.application.query<{ price: string }[]>(
      'SELECT price_micros_per_hour AS price FROM rental_segments WHERE rental_id = $1',
      [rentalId],
    )
    return row ? Number(row.price) : null
  }
  const price = command.samePrice ? ((await priceOf()) ?? command.price) : command.price
  const started = await world.billing.start({ rentalId, priceMicrosPerHour: price })
  if (!started.ok || started.settlement.startedAt === null) return
  const startedAtMs = Date.parse(started.settlement.startedAt)
  if (pod.startedAtMs !== null) expect(startedAtMs).toBe(pod.startedAtMs)
  pod.startedAtMs = startedAtMs
  pod.priceMicros = BigInt((await priceOf()) ?? 0)
}

async function closePod(
  { world, nowMs }: Context,
  pod: AuditedPod,
  secondsAgo: number | null,
): Promise<void> {
  const endMs = nowMs - (secondsAgo ?? 0) * 1000
  const endAt = secondsAgo === null ? undefined : new Date(endMs).toISOString()
  const closed = await world.billing.close({ rentalId: pod.rentalId, endAt, refundUnused: pod.ourFault })
  if (closed.meteredFrom === null || closed.meteredTo === null) return
  // Two closes may race, and a clock may have stepped back: the answer says which end counted.
  const lived =
    closed.writtenOffSeconds > 0
      ? Date.parse(closed.meteredFrom) + (closed.billedSeconds + closed.writtenOffSeconds) * 1000
      : Date.parse(closed.meteredTo)
  if (pod.endedAtMs === null) pod.endedAtMs = lived
  else expect(lived).toBe(pod.endedAtMs)
}
