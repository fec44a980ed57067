import { newId } from '@berth/contract/ids'
import { NoticeEntity, type Notice } from '@berth/entities/notice'
import { NoticeDeliveryEntity } from '@berth/entities/notice-delivery'
import { NoticePreferenceEntity } from '@berth/entities/notice-preference'
import { RentalEventEntity } from '@berth/entities/rental-event'
import { UserEntity } from '@berth/entities/user'
import { WebhookEndpointEntity } from '@berth/entities/webhook-endpoint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBillingWorld, DOLLAR, type BillingWorld } from '../billing/test-support/billing-world.ts'
import { forgetNotices } from './forget-notices.ts'
import { recordNotice } from '@berth/entities/record-notice'

let world: BillingWorld
beforeAll(async () => {
  world = await createBillingWorld()
})
afterAll(() => world?.close())

const HOUR = 3_600_000

describe('a wallet that runs dry', () => {
  it('is told of each threshold once, however many pods share it, and of its recovery once', async () => {
    const { owner, rentals } = await aRenter({ balance: 30 * DOLLAR, pods: 3, pricePerHour: DOLLAR / 3 })
    const renewAll = async (atMs: number): Promise<void> => {
      await world.at(atMs)
      await Promise.all(rentals.map((rentalId) => world.billing.renew({ rentalId })))
      await Promise.all(rentals.map((rentalId) => world.billing.renew({ rentalId })))
    }
    // 30 h of money: the thresholds lie at 6 h, 29 h, 29 h 50 min and 29 h 58 min.
    for (let minute = 0; minute <= 30 * 60 - 1; minute += minute < 29 * 60 - 5 ? 60 : 1)
      await renewAll(minute * 60_000)
    expect(await thresholds(owner.userId)).toEqual([86_400, 3_600, 600, 120])

    await world.billing.post({
      walletId: owner.walletId,
      amountMicros: BigInt(100 * DOLLAR),
      kind: 'top_up',
      idempotencyKey: newId('topUp'),
      reference: 'test',
    })
    await renewAll((30 * 60 - 1) * 60_000 + 5_000)
    await renewAll((30 * 60 - 1) * 60_000 + 10_000)
    const kinds = (await noticesOf(owner.userId)).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'runway_recovered')).toHaveLength(1)
    expect(kinds.at(-1)).toBe('runway_recovered')
  })

  it('is told what is left and what burns', async () => {
    const { owner } = await aRenter({ balance: 5 * DOLLAR, pods: 1, pricePerHour: DOLLAR })
    const [notice] = await noticesOf(owner.userId)
    expect(notice).toMatchObject({
      kind: 'runway_low',
      data: {
        thresholdSeconds: 86_400,
        burnMicrosPerHour: DOLLAR,
        runwaySeconds: 5 * 3_600,
        dayLimit: null,
      },
    })
    const { availableMicros, heldMicros } = notice!.data as { availableMicros: number; heldMicros: number }
    expect(availableMicros + heldMicros).toBe(5 * DOLLAR)
  })

  it('is told that it is the limit of the day, where that ends its pods before the money does', async () => {
    const { owner, rentals } = await aRenter({ balance: 100 * DOLLAR, pods: 1, pricePerHour: DOLLAR })
    await world.billing.setWalletLimits({
      walletId: owner.walletId,
      burnLimitMicros: null,
      dayLimitMicros: 5 * DOLLAR,
    })
    await world.billing.renew({ rentalId: rentals[0]! })
    expect(await noticesOf(owner.userId)).toMatchObject([
      {
        kind: 'runway_low',
        data: {
          runwaySeconds: 5 * 3_600,
          dayLimit: { limitMicros: 5 * DOLLAR, resetsAt: '2026-03-02T00:00:00.000Z' },
        },
      },
    ])
  })

  it('is told again when it runs dry again after a recovery', async () => {
    const { owner, rentals } = await aRenter({ balance: 25 * DOLLAR, pods: 1, pricePerHour: DOLLAR })
    const renew = async (atMs: number): Promise<unknown> => {
      await world.at(atMs)
      return world.billing.renew({ rentalId: rentals[0]! })
    }
    await renew(2 * HOUR)
    await world.billing.post({
      walletId: owner.walletId,
      amountMicros: BigInt(10 * DOLLAR),
      kind: 'top_up',
      idempotencyKey: newId('topUp'),
      reference: 'test',
    })
    await renew(3 * HOUR)
    await renew(14 * HOUR)
    const kinds = (await noticesOf(owner.userId)).map(({ kind }) => kind)
    expect(kinds).toEqual(['runway_low', 'runway_recovered', 'runway_low'])
  })
})

describe('a rental', () => {
  it('tells once that it runs, was interrupted and ended, with reason and charge', async () => {
    const { owner, rentals } = await aRenter({ balance: 1000 * DOLLAR, pods: 1, pricePerHour: DOLLAR })
    const rentalId = rentals[0]!
    await happen(owner.userId, rentalId, 'running', { host: 'pod.example', port: 2222, bootSeconds: 9 })
    await happen(owner.userId, rentalId, 'stopping', { reason: 'interrupted' })
    const ended = { reason: 'interrupted', detail: null, chargedMicros: 1_234_567, billedSeconds: 4_444 }
    await happen(owner.userId, rentalId, 'ended', ended)
    await happen(owner.userId, rentalId, 'ended', { ...ended, detail: 'told again by a repeated call' })
    const notices = await noticesOf(owner.userId)
    expect(notices.map(({ kind }) => kind)).toEqual(['rental_running', 'rental_interrupted', 'rental_ended'])
    expect(notices[2]).toMatchObject({ rentalId, data: { name: 'a pod', gpuModel: 'H100', ...ended } })
  })

  it('tells nothing of what a person did not ask to hear, nor of a stop of their own', async () => {
    const { owner, rentals } = await aRenter({ balance: 1000 * DOLLAR, pods: 1, pricePerHour: DOLLAR })
    await happen(owner.userId, rentals[0]!, 'stopping', { reason: 'stopped_by_user' })
    await happen(owner.userId, rentals[0]!, 'absence_proved', {})
    expect(await noticesOf(owner.userId)).toEqual([])
  })
})

describe('a notice', () => {
  it('is there only if the fact is: a transaction that is given up leaves neither notice nor delivery', async () => {
    const { userId } = await aPerson('ada@example.com')
    const givenUp = world.application.transaction(async (manager) => {
      await recordNotice(manager, aTopUp(userId))
      throw new Error('given up')
    })
    await expect(givenUp).rejects.toThrow('given up')
    expect(await noticesOf(userId)).toEqual([])
    expect(await deliveriesOf(userId)).toEqual([])
  })

  it('told twice is one notice with one set of deliveries', async () => {
    const { userId } = await aPerson('ada@example.com')
    const notice = aTopUp(userId)
    await Promise.all([1, 2, 3].map(() => recordNotice(world.application.manager, notice)))
    expect(await noticesOf(userId)).toHaveLength(1)
    expect(await deliveriesOf(userId)).toMatchObject([{ channel: 'email', status: 'pending', tries: 0 }])
  })

  it('goes by e-mail unless there is no address or the kind is switched off', async () => {
    const [silent, choosy] = [await aPerson(null), await aPerson('bob@example.com')]
    const off = { userId: choosy.userId, kind: 'auto_top_up_paid', channel: 'email', enabled: false } as const
    await world.application.manager.insert(NoticePreferenceEntity, off)
    for (const { userId } of [silent, choosy]) {
      await recordNotice(world.application.manager, aTopUp(userId))
      expect(await noticesOf(userId)).toHaveLength(1)
      expect(await deliveriesOf(userId)).toEqual([])
    }
  })

  it('goes to every live endpoint of its person that wants the kind, and to nobody else', async () => {
    const { userId } = await aPerson(null)
    const wanting = [await anEndpoint(userId, {}), await anEndpoint(userId, { kinds: ['auto_top_up_paid'] })]
    await anEndpoint(userId, { kinds: ['rental_ended'] })
    await anEndpoint(userId, { enabled: false })
    await anEndpoint(userId, { deletedAt: new Date() })
    await anEndpoint((await aPerson(null)).userId, {})
    await recordNotice(world.application.manager, aTopUp(userId))
    const planned = await deliveriesOf(userId)
    expect(planned.map(({ endpointId }) => endpointId).sort()).toEqual(wanting.sort())
  })
})

describe('the notices of long ago', () => {
  const told = async (userId: string, age: string, finished: string | null): Promise<string> => {
    const id = newId('notice')
    const { application } = world
    await application.query(
      `INSERT INTO notices (id, user_id, kind, fact_key, data, at)
       VALUES ($1, $2, 'auto_top_up_paid', $1, '{}', now() - $3::interval)`,
      [id, userId, age],
    )
    await application.query('INSERT INTO notice_reads (notice_id, user_id) VALUES ($1, $2)', [id, userId])
    await application.query(
      `INSERT INTO delivery_attempts (delivery_id, attempt, ok, words, duration_ms)
       SELECT id, 1, true, 'ok', 5 FROM notice_deliveries WHERE notice_id = $1`,
      [id],
    )
    if (finished !== null) {
      await application.query(
        `UPDATE notice_deliveries SET status = 'delivered', finished_at = now() - $2::interval WHERE notice_id = $1`,
        [id, finished],
      )
    }
    return id
  }

  it('go after 90 days with all that hangs on them; what is on its way or was sent again stays', async () => {
    const { userId } = await aPerson('ada@example.com')
    await told(userId, '91 days', '91 days')
    const kept = [
      await told(userId, '89 days', '89 days'),
      await told(userId, '100 days', null),
      await told(userId, '100 days', '1 day'),
    ]
    expect(await forgetNotices(world.application)).toBe(1)
    expect(await forgetNotices(world.application)).toBe(0)
    expect((await noticesOf(userId)).map(({ id }) => id).sort()).toEqual(kept.sort())
    expect((await deliveriesOf(userId)).map(({ noticeId }) => noticeId).sort()).toEqual(kept)
  })

  it('go by no other way', async () => {
    await expect(world.application.query('DELETE FROM notices')).rejects.toThrow('permission denied')
    await world.owner.query(`SELECT notices_forget(1)`)
    await expect(world.owner.query('DELETE FROM notices')).rejects.toThrow('append-only')
  })
})

async function aRenter({
  balance,
  pods,
  pricePerHour,
}: {
  balance: number
  pods: number
  pricePerHour: number
}) {
  await world.at(0)
  const owner = await world.aWallet(balance)
  const rentals: string[] = []
  for (let pod = 0; pod < pods; pod += 1) {
    const rentalId = await world.aRental(owner)
    const priceMicrosPerHour = Math.floor(pricePerHour)
    await world.billing.reserve({ rentalId, priceMicrosPerHour, teardownSeconds: 1 })
    await world.billing.start({ rentalId, priceMicrosPerHour })
    rentals.push(rentalId)
  }
  return { owner, rentals }
}

async function aPerson(email: string | null): Promise<{ userId: string }> {
  const { userId } = await world.aWallet()
  await world.application.manager.update(UserEntity, { id: userId }, { email })
  return { userId }
}

async function anEndpoint(
  userId: string,
  changes: Partial<{ kinds: string[]; enabled: boolean; deletedAt: Date }>,
): Promise<string> {
  const id = newId('webhookEndpoint')
  await world.application.manager.insert(WebhookEndpointEntity, {
    id,
    userId,
    url: 'https://example.com/hook',
    description: '',
    kinds: [],
    enabled: true,
    secret: 'sealed',
    ...changes,
  })
  return id
}

const aTopUp = (userId: string) => ({
  userId,
  kind: 'auto_top_up_paid' as const,
  factKey: `auto_top_up_paid/${newId('topUp')}`,
  data: { amountMicros: 25 * DOLLAR, availableMicros: 30 * DOLLAR },
})

const happen = (userId: string, rentalId: string, kind: string, data: Record<string, never> | object) =>
  world.application.manager.insert(RentalEventEntity, {
    rentalId,
    userId,
    kind,
    data: data as Record<string, never>,
  })

const noticesOf = (userId: string): Promise<Notice[]> =>
  world.application.manager.find(NoticeEntity, { where: { userId }, order: { at: 'ASC', id: 'ASC' } })

const deliveriesOf = (userId: string) =>
  world.application.manager.find(NoticeDeliveryEntity, { where: { userId } })

async function thresholds(userId: string): Promise<unknown[]> {
  const told = await noticesOf(userId)
  return told.filter(({ kind }) => kind === 'runway_low').map(({ data }) => data['thresholdSeconds'])
}
