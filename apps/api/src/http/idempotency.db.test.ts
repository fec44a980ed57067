import { randomBytes } from 'node:crypto'
import { isId } from '@berth/contract/ids'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signInAs } from '../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'
import { type ClaimResult, createIdempotency } from './idempotency.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

test('the first request claims, a repeat gets its stored answer', async () => {
  const { idempotency, request } = await setup()
  expect((await idempotency.claim(request)).kind).toBe('claimed')
  await idempotency.settle(request, { status: 201, body: { id: 'x' } })
  expect(await idempotency.claim(request)).toEqual({ kind: 'replay', status: 201, body: { id: 'x' } })
})

test('of many at once exactly one works; those who wait get its answer', async () => {
  const { idempotency, request } = await setup()
  let worked = 0
  const ask = async () => {
    const claim = await idempotency.claim(request)
    if (claim.kind === 'claimed') {
      worked += 1
      await new Promise((resolve) => setTimeout(resolve, 300))
      await idempotency.settle(request, { status: 200, body: 'done' })
    }
    return claim.kind
  }
  const kinds = await Promise.all(Array.from({ length: 8 }, ask))
  expect(worked).toBe(1)
  expect(kinds.filter((kind) => kind === 'replay')).toHaveLength(7)
})

test('who waited long enough is told to come back', async () => {
  const { idempotency, request } = await setup()
  await idempotency.claim(request)
  await expect(idempotency.claim(request)).rejects.toMatchObject({ code: 'idempotency_in_progress' })
})

test('the same key for another body or another operation is a mismatch', async () => {
  const { idempotency, request } = await setup()
  await idempotency.claim(request)
  for (const other of [{ input: { amount: 2 } }, { methodPath: 'POST /v1/other' }]) {
    await expect(idempotency.claim({ ...request, ...other })).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    })
  }
})

test('two people may use the same key', async () => {
  const [ada, bob] = [await setup(), await setup()]
  const key = 'shared-key'
  expect((await ada.idempotency.claim({ ...ada.request, key })).kind).toBe('claimed')
  expect((await bob.idempotency.claim({ ...bob.request, key })).kind).toBe('claimed')
})

test('a claim left by a crash is taken over by one repeat, with the same resource', async () => {
  const { idempotency, request, age } = await setup()
  const crashed = claimOf(await idempotency.claim(request))
  const id = await crashed.resourceId('rental')
  expect(isId('rental', id)).toBe(true)
  expect(await crashed.resourceId('rental')).toBe(id)
  await age('2 minutes')
  const repeats = await Promise.allSettled([1, 2, 3].map(() => idempotency.claim(request)))
  const won = repeats.filter((result) => result.status === 'fulfilled')
  expect(won).toHaveLength(1)
  expect(await claimOf(won[0]!.value).resourceId('rental')).toBe(id)
})

test('a released claim is free at once and goes on with its resource, unless that is void', async () => {
  const { idempotency, request } = await setup()
  const first = claimOf(await idempotency.claim(request))
  const id = await first.resourceId('topUp')
  await idempotency.release(request)
  const second = claimOf(await idempotency.claim(request))
  expect(await second.resourceId('topUp')).toBe(id)
  await second.forgetResource(api.dataSource.manager)
  await idempotency.release(request)
  const third = claimOf(await idempotency.claim(request))
  expect(await third.resourceId('topUp')).not.toBe(id)
})

test('after a day a key is new again', async () => {
  const { idempotency, request, age } = await setup()
  await idempotency.claim(request)
  await idempotency.settle(request, { status: 200, body: 1 })
  await age('25 hours')
  expect((await idempotency.claim(request)).kind).toBe('claimed')
})

function claimOf(result: ClaimResult) {
  if (result.kind !== 'claimed') throw new Error(`expected a claim, got ${result.kind}`)
  return result.claim
}

async function setup() {
  const { user } = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  const request = { userId: user.id, key: 'a-key-1', methodPath: 'POST /v1/things', input: { amount: 1 } }
  return {
    request,
    idempotency: createIdempotency({ dataSource: api.dataSource }),
    age: (interval: string) =>
      api.dataSource.query(
        'UPDATE idempotency_keys SET created_at = now() - $2::interval WHERE user_id = $1',
        [user.id, interval],
      ),
  }
}
