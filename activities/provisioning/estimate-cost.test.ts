import { expect, test } from 'vitest'
import { estimateCost } from './estimate-cost.ts'
import type { LivedPod } from './lived-pods.ts'

const ORDERED = Date.parse('2026-03-01T12:00:00.000Z')
const at = (seconds: number): Date => new Date(ORDERED + seconds * 1000)

/** $3.60 an hour is a tenth of a cent a second. */
const pod = (change: Partial<LivedPod> = {}): LivedPod => ({
  account: 'acme',
  podId: 'pod-1',
  upstreamMicrosPerHour: 3_600_000,
  orderedAt: at(0),
  goneAt: at(200),
  usableAt: at(40),
  usedUntil: at(190),
  now: at(10_000),
  ...change,
})
const most = (change: Partial<LivedPod>, incrementSeconds: number, leastSeconds: number): bigint =>
  estimateCost(pod(change), { incrementSeconds, leastSeconds }).most

test('a provider that bills by the second is estimated from the order to the proof, a begun second whole', () => {
  expect(most({}, 1, 0)).toBe(200_000n)
  expect(most({ goneAt: at(199.001) }, 1, 0)).toBe(200_000n)
  expect(most({ upstreamMicrosPerHour: 1, goneAt: at(1) }, 1, 0)).toBe(1n)
})

test('begun minutes count whole, and full ones are not rounded further', () => {
  expect(most({}, 60, 0)).toBe(240_000n)
  expect(most({ goneAt: at(240) }, 60, 0)).toBe(240_000n)
  expect(most({ goneAt: at(240.5) }, 60, 0)).toBe(300_000n)
})

test('a least time is billed to a pod that lived shorter, and not to one that never lived', () => {
  expect(most({}, 1, 300)).toBe(300_000n)
  expect(most({ goneAt: at(301) }, 1, 300)).toBe(301_000n)
  expect(most({ goneAt: at(0) }, 1, 300)).toBe(0n)
})

test('a pod that lives is estimated up to now, and need not have been billed for anything yet', () => {
  expect(estimateCost(pod({ goneAt: null }))).toEqual({ most: 10_000_000n, least: 0n })
})

test('what was used for certain is the least that it cost', () => {
  expect(estimateCost(pod()).least).toBe(150_000n)
  expect(estimateCost(pod({ usableAt: null })).least).toBe(0n)
  expect(estimateCost(pod({ usedUntil: at(30) })).least).toBe(0n)
})
