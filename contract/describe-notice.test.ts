import { describe, expect, it, test } from 'vitest'
import { describeNotice } from './describe-notice.ts'
import { NOTICE_KINDS } from './notices.ts'

const rental = {
  name: 'trainer',
  gpuModel: 'H100',
  gpuCount: 2,
  provider: 'RunPod',
  region: 'US-KS-2',
  priceMicrosPerHour: 4_200_000,
}

test('a low wallet says how long it lasts, what it holds, what burns and what to do', () => {
  const low = {
    availableMicros: 900_000,
    heldMicros: 200_000,
    burnMicrosPerHour: 2_100_000,
    runwaySeconds: 1_800,
    dayLimit: null,
  }
  const { title, message } = describeNotice('runway_low', { ...low, thresholdSeconds: 3_600 })
  expect(title).toBe('Your wallet lasts less than 1 hour')
  expect(message).toContain('Your balance is $1.10, and your pods use $2.10 an hour. Top up to keep them')
  expect(message).toContain('their disks are wiped')
  for (const [thresholdSeconds, words] of [
    [86_400, '24 hours'],
    [600, '10 minutes'],
    [120, '2 minutes'],
  ] as const) {
    expect(describeNotice('runway_low', { ...low, thresholdSeconds }).title).toContain(words)
  }
})

test('a limit of the day that is near says that it is the limit, and that a top-up does not help', () => {
  const near = {
    thresholdSeconds: 3_600,
    availableMicros: 49_000_000,
    heldMicros: 1_000_000,
    burnMicrosPerHour: 3_600_000,
    runwaySeconds: 1_800,
    dayLimit: { limitMicros: 20_000_000, resetsAt: '2026-01-02T00:00:00.000Z' },
  }
  const { title, message } = describeNotice('runway_low', near)
  expect(title).toBe('Your limit of the day is reached in less than 1 hour')
  expect(message).toContain('You allow $20.00 a day (UTC) and use $3.60 an hour')
  expect(message).toContain('though your balance is $50.00: raise it to keep them, a top-up does not help')
  expect(message).not.toContain('Top up')
})

test('a notice from before limits were told of is one of money', () => {
  const old = {
    thresholdSeconds: 600,
    availableMicros: 0,
    heldMicros: 1,
    burnMicrosPerHour: 1,
    runwaySeconds: 9,
  }
  expect(describeNotice('runway_low', old).title).toBe('Your wallet lasts less than 10 minutes')
})

test('a new API key says from where it was made and what to do', () => {
  const key = { name: 'ci', prefix: 'berth_0a1b2c3d', scope: 'full', expiresAt: null }
  const { title, message } = describeNotice('api_key_created', {
    ...key,
    network: '203.0.113.*',
    browser: 'Firefox',
    system: 'Linux',
  })
  expect(title).toBe('A new API key: ci')
  expect(message).toContain('berth_0a1b2c3d… was made from 203.0.113.*')
  expect(message).toContain('revoke it at once')
  const unknown = { network: null, browser: null, system: null }
  expect(describeNotice('api_key_created', { ...key, ...unknown }).message).toContain(
    'from an unknown address.',
  )
})

test('an ended rental says why, for how long and exactly what it cost', () => {
  const ended = {
    ...rental,
    reason: 'stopped_by_user',
    detail: null,
    chargedMicros: 1_234_567,
    billedSeconds: 1_058,
  }
  const { title, message } = describeNotice('rental_ended', ended)
  expect(title).toBe('trainer has ended')
  expect(message).toContain('You stopped it. 17 minutes 38 seconds billed, $1.234567 in all.')
})

test('one that never ran says that it cost nothing, in the words of whoever refused it', () => {
  const ended = {
    ...rental,
    reason: 'no_capacity',
    detail: 'RunPod: sold out',
    chargedMicros: 0,
    billedSeconds: 0,
  }
  expect(describeNotice('rental_ended', ended).message).toBe(
    'No provider had the GPU free. It cost nothing. RunPod: sold out.',
  )
})

test('money that was taken back says what is left, or what is owed', () => {
  const disputed = { amountMicros: 25_000_000, availableMicros: 3_000_000, receivableMicros: 0 }
  expect(describeNotice('dispute_opened', disputed).title).toBe('A payment of $25.00 is disputed')
  expect(describeNotice('dispute_opened', disputed).message).toContain('$3.00 is free to spend.')
  const spent = { amountMicros: 25_000_000, availableMicros: 0, receivableMicros: 22_000_000 }
  for (const kind of ['top_up_refunded', 'dispute_opened', 'dispute_lost'] as const) {
    expect(describeNotice(kind, spent).message).toContain('Nothing is left, and you owe $22.00.')
  }
  const debt = describeNotice('wallet_in_debt', { receivableMicros: 22_000_000, availableMicros: 0 })
  expect(debt).toMatchObject({
    title: 'You owe $22.00',
    message: expect.stringContaining('No pod can start'),
  })
})

test('a failed automatic top-up says whether it is tried again', () => {
  const failed = { amountMicros: 25_000_000, words: 'Your card was declined' }
  expect(describeNotice('auto_top_up_failed', { ...failed, nextTryAt: null }).message).toBe(
    'Your card was declined. Nothing was charged. Top up by hand or change the card.',
  )
  const again = describeNotice('auto_top_up_failed', { ...failed, nextTryAt: '2026-01-01T10:00:00Z' })
  expect(again.message).toContain('tried again at 2026-01-01 10:00:00 UTC')
})

describe('in Chinese', () => {
  const ended = { ...rental, reason: 'wallet_limit_reached', chargedMicros: 4_217_500, billedSeconds: 7_230 }

  it('what we say is Chinese, with amounts and durations as they are read there', () => {
    const cause = { code: 'day_limit_reached', data: {} }
    const detail = 'The limit of the day was reached.'
    expect(describeNotice('rental_ended', { ...ended, detail, cause }, 'zh-CN')).toEqual({
      title: 'trainer 已结束',
      message: '已达到钱包的花费限额。计费 2小时 30秒钟，共 $4.2175。已达到每日上限。',
    })
  })

  it('what others said is quoted as they said it', () => {
    const { message } = describeNotice('rental_ended', { ...ended, detail: 'EXITED', cause: null }, 'zh-CN')
    expect(message).toContain('“EXITED”')
    const later = { code: 'solar_flare', data: {} }
    const flare = { ...ended, detail: 'A solar flare.', cause: later }
    expect(describeNotice('rental_ended', flare, 'zh-CN').message).toContain('“A solar flare.”')
  })

  it('every kind of notice has its words', () => {
    const facts = {
      ...rental,
      ...ended,
      detail: null,
      thresholdSeconds: 600,
      runwaySeconds: 60,
      availableMicros: 1,
      heldMicros: 1,
      burnMicrosPerHour: 1,
      amountMicros: 1,
      receivableMicros: 1,
      nextTryAt: null,
      words: 'declined',
      url: 'https://a.example',
      prefix: 'berth_1',
      network: null,
      dayLimit: null,
    }
    for (const kind of NOTICE_KINDS) {
      const { title, message } = describeNotice(kind, facts, 'zh-CN')
      expect([kind, title]).toEqual([kind, expect.stringMatching(/[\u4e00-\u9fff]/)])
      expect([kind, message]).toEqual([kind, expect.stringMatching(/[\u4e00-\u9fff]/)])
      expect(`${title} ${message}`).not.toMatch(/\{\w+\}/)
    }
  })
})
