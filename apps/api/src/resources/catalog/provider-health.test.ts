import { expect, test } from 'vitest'
import { providerHealth } from './provider-health.ts'
import { anAccount, NOW } from './testing/an-offer.ts'

const nowMs = NOW.getTime()

test.each([
  ['ok', null, {}],
  ['ok', null, { lastError: 'HTTP 500', lastErrorAtMs: nowMs - 60_000 }],
  ['degraded', 'HTTP 500', { lastError: 'HTTP 500', lastErrorAtMs: nowMs - 1_000 }],
  ['degraded', 'HTTP 500', { lastSuccessAtMs: null, lastError: 'HTTP 500', lastErrorAtMs: nowMs - 1_000 }],
  ['degraded', 'Its offers have not been read yet.', { lastSuccessAtMs: null }],
  ['ok', null, { lastSuccessAtMs: nowMs - 90_000 }],
  ['degraded', 'Its offers were last read 91 s ago.', { lastSuccessAtMs: nowMs - 91_000 }],
  ['draining', 'price check', { switchedTo: 'drain', switchReason: 'price check' }],
  [
    'off',
    'key revoked',
    { switchedTo: 'off', switchReason: 'key revoked', lastError: 'HTTP 401', lastErrorAtMs: nowMs },
  ],
] as const)('is %s (%s) when %j', (status, reason, given) => {
  expect(providerHealth(anAccount(given), 3, nowMs)).toMatchObject({ status, reason, offers: 3 })
})

test('tells when its offers were read and how long that took', () => {
  expect(providerHealth(anAccount(), 3, nowMs)).toMatchObject({
    displayName: 'RunPod',
    refreshedAt: '2026-05-04T11:59:55.000Z',
    latencyMs: 180,
  })
})
