import { expect, test } from 'vitest'
import { providerHealth } from './provider-health.ts'
import { anAccount, NOW } from './testing/an-offer.ts'

const nowMs = NOW.getTime()

test.each([
  ['ok', null, null, {}],
  ['ok', null, null, { lastError: 'HTTP 500', lastErrorAtMs: nowMs - 60_000 }],
  ['degraded', 'failing', 'HTTP 500', { lastError: 'HTTP 500', lastErrorAtMs: nowMs - 1_000 }],
  [
    'degraded',
    'failing',
    'HTTP 500',
    { lastSuccessAtMs: null, lastError: 'HTTP 500', lastErrorAtMs: nowMs - 1_000 },
  ],
  ['degraded', 'unread', 'Its offers have not been read yet.', { lastSuccessAtMs: null }],
  ['ok', null, null, { lastSuccessAtMs: nowMs - 90_000 }],
  ['degraded', 'stale', 'Its offers were last read 91 s ago.', { lastSuccessAtMs: nowMs - 91_000 }],
  ['draining', 'switched', 'price check', { switchedTo: 'drain', switchReason: 'price check' }],
  [
    'off',
    'switched',
    'key revoked',
    { switchedTo: 'off', switchReason: 'key revoked', lastError: 'HTTP 401', lastErrorAtMs: nowMs },
  ],
] as const)('is %s (%s: %s) when %j', (status, cause, reason, given) => {
  expect(providerHealth(anAccount(given), 3, nowMs)).toMatchObject({
    status,
    cause,
    reason,
    offers: 3,
  })
})

test('tells when its offers were read and how long that took', () => {
  expect(providerHealth(anAccount(), 3, nowMs)).toMatchObject({
    displayName: 'RunPod',
    refreshedAt: '2026-05-04T11:59:55.000Z',
    latencyMs: 180,
  })
})
