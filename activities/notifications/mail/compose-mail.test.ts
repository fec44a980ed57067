import { expect, test } from 'vitest'
import { composeMail } from './compose-mail.ts'

const RENTAL = {
  name: 'fine <tuning>',
  gpuModel: 'H100',
  gpuCount: 2,
  provider: 'RunPod',
  region: 'US-KS-2',
  priceMicrosPerHour: 4_200_000,
}
const WHOM = { displayName: 'Ada', at: new Date('2026-01-01T10:20:30Z'), language: null }

test('an ended rental: what happened, what it cost, where the receipt is', () => {
  const ended = {
    ...RENTAL,
    reason: 'stopped_by_user',
    detail: null,
    chargedMicros: 8_435_000,
    billedSeconds: 7_230,
  }
  const { subject, text } = composeMail(
    { ...WHOM, kind: 'rental_ended', data: ended, rentalId: 'rent_1' },
    'https://berth.example',
  )
  expect(subject).toBe('fine <tuning> has ended')
  expect(text).toContain('Hello Ada,')
  expect(text).toContain('You stopped it.')
  expect(text).toMatch(/Billed: +2h 30s/)
  expect(text).toMatch(/Charged: +\$8\.435000/)
  expect(text).toContain('See the receipt: https://berth.example/pods/rent_1')
  expect(text).toContain('https://berth.example/notifications')
  expect(text).toContain('2026-01-01 10:20:30 UTC')
})

test('the HTML says the same and lets no name become markup', () => {
  const { html } = composeMail(
    {
      ...WHOM,
      kind: 'rental_running',
      data: { ...RENTAL, host: 'h', port: 22, bootSeconds: 9 },
      rentalId: 'rent_1',
    },
    'https://berth.example',
  )
  expect(html).toContain('fine &lt;tuning&gt; is running')
  expect(html).not.toContain('<tuning>')
  expect(html).toContain('ssh -p 22 root@h')
})

test('a low wallet leads to the top-up', () => {
  const low = { availableMicros: 900_000, heldMicros: 0, burnMicrosPerHour: 2_100_000, runwaySeconds: 1_542 }
  const { subject, text } = composeMail(
    { ...WHOM, kind: 'runway_low', data: { ...low, thresholdSeconds: 3_600 }, rentalId: null },
    'https://berth.example',
  )
  expect(subject).toBe('Your wallet lasts less than 1 hour')
  expect(text).toMatch(/Lasts: +25m 42s/)
  expect(text).toContain('Top up: https://berth.example/wallet#top-up')
})

test('a new API key says who made what, when and from where, and leads to where it is revoked', () => {
  const key = {
    name: 'ci',
    prefix: 'berth_0a1b2c3d',
    scope: 'read',
    expiresAt: '2026-02-01T00:00:00.000Z',
    network: '203.0.113.*',
    browser: 'Firefox',
    system: null,
  }
  const { subject, text } = composeMail(
    { ...WHOM, kind: 'api_key_created', data: key, rentalId: null },
    'https://berth.example',
  )
  expect(subject).toBe('A new API key: ci')
  for (const fact of [
    /Key: +ci \(berth_0a1b2c3d…\)/,
    /Made from: +203\.0\.113\.\*/,
    /With: +Firefox/,
    /When: +20/,
  ])
    expect(text).toMatch(fact)
  expect(text).toContain('See your API keys: https://berth.example/api-keys')
})

test('a limit of the day that is near leads to the limit', () => {
  const near = {
    availableMicros: 50_000_000,
    heldMicros: 0,
    burnMicrosPerHour: 2_100_000,
    runwaySeconds: 542,
    thresholdSeconds: 600,
    dayLimit: { limitMicros: 20_000_000, resetsAt: '2026-01-02T00:00:00.000Z' },
  }
  const { subject, text } = composeMail(
    { ...WHOM, kind: 'runway_low', data: near, rentalId: null },
    'https://berth.example',
  )
  expect(subject).toBe('Your limit of the day is reached in less than 10 minutes')
  expect(text).toMatch(/Limit of the day: +\$20\.00/)
  expect(text).toContain('Raise the limit: https://berth.example/wallet#limits')
})

test('who reads Chinese gets subject, text and HTML in Chinese, and what others said in their words', () => {
  const ended = {
    ...RENTAL,
    reason: 'no_capacity',
    detail: 'There are no instances available.',
    cause: null,
    chargedMicros: 0,
    billedSeconds: 0,
  }
  const { language, subject, text, html } = composeMail(
    { ...WHOM, language: 'zh-CN', kind: 'rental_ended', data: ended, rentalId: 'rent_1' },
    'https://berth.example',
  )
  expect(language).toBe('zh-CN')
  expect(subject).toBe('fine <tuning> 已结束')
  expect(text).toContain('Ada，您好：')
  expect(text).toContain('没有供应商有空闲的该型号 GPU。没有产生费用。“There are no instances available.”')
  expect(text).toMatch(/供应商： +RunPod, US-KS-2/)
  expect(text).toContain('查看收据：https://berth.example/pods/rent_1')
  expect(text).toContain('选择您想收到的通知：https://berth.example/notifications')
  expect(html).toContain('<html lang="zh-CN">')
  expect(html).toContain('查看收据')
  const english = /[A-Za-z]{3,} [a-z]{3,}/
  expect(text.replace(/“.*?”/g, '').replace('fine <tuning>', '')).not.toMatch(english)
})
