import type { RentalPlan } from '@berth/activities/provisioning/types'
import { describe, expect, it } from 'vitest'
import type { ExtendRequest } from './messages.ts'
import {
  currentDetails,
  emptyInbox,
  extended,
  extendRefusal,
  initialState,
  isLoss,
  requestedEnd,
  viewOf,
} from './state.ts'

const NOW = '2026-01-01T00:00:00.000Z'
const LATER = '2026-01-01T02:00:00.000Z'
const nowMs = Date.parse(NOW)

describe('a rental', () => {
  it('ends for the operator before the person, and for the person before the provider', () => {
    const lost = { podId: 'pod', state: 'gone', rawStatus: '404', observedAt: NOW, lastAliveAt: NOW }
    const stop = { requestedAt: LATER, by: 'user' } as const
    expect(requestedEnd({ ...emptyInbox(), lost })).toMatchObject({ reason: 'interrupted', at: NOW })
    expect(requestedEnd({ ...emptyInbox(), lost, stop })).toMatchObject({
      reason: 'stopped_by_user',
      at: LATER,
    })
    expect(requestedEnd({ ...emptyInbox(), lost, stop, force: { reason: 'abuse' } })).toMatchObject({
      reason: 'ended_by_operator',
      said: { words: 'abuse', cause: null },
    })
    expect(requestedEnd(emptyInbox())).toBeNull()
  })

  it('is never lost because a provider used a word we do not know', () => {
    const observed = { podId: 'pod', rawStatus: 'MIGRATING', observedAt: NOW, lastAliveAt: NOW }
    expect(isLoss({ ...observed, state: 'unknown' })).toBe(false)
    expect(isLoss({ ...observed, state: 'running' })).toBe(false)
    expect(isLoss({ ...observed, state: 'gone' })).toBe(true)
  })

  it('can be extended only while it runs, and says why it can not', () => {
    const refusal = (request: ExtendRequest, patch: object = {}) =>
      extendRefusal({ ...running(), ...patch }, request, nowMs)
    expect(refusal({ addSeconds: 3600 })).toBeNull()
    expect(refusal({ endsAt: null })).toBeNull()
    expect(refusal({ spendLimitMicros: 5_000_000 })).toBeNull()
    expect(refusal({ addSeconds: 3600 }, { phase: 'verifying' })).toMatch(/not running yet/)
    expect(refusal({ addSeconds: 3600 }, { phase: 'stopping' })).toMatch(/has ended/)
    expect(refusal({ addSeconds: 3600 }, { endsAt: null })).toMatch(/until you stop it/)
    expect(refusal({ addSeconds: -1 })).toMatch(/positive/)
    expect(refusal({ addSeconds: 60, endsAt: LATER })).toMatch(/not both/)
    expect(refusal({ endsAt: '2025-12-31T00:00:00.000Z' })).toMatch(/in the past/)
    expect(refusal({ spendLimitMicros: 1_000_000 })).toMatch(/already spent/)
    expect(extendRefusal(null, { addSeconds: 60 }, nowMs)).toMatch(/not running yet/)
  })

  it('moves only the limits that were asked for', () => {
    const state = { ...running(), endsAt: LATER, spendLimitMicros: 9 }
    expect(extended(state, { addSeconds: 60 })).toEqual({
      endsAt: '2026-01-01T02:01:00.000Z',
      spendLimitMicros: 9,
    })
    expect(extended(state, { endsAt: null })).toEqual({ endsAt: null, spendLimitMicros: 9 })
    expect(extended(state, { spendLimitMicros: null })).toEqual({ endsAt: LATER, spendLimitMicros: null })
  })

  it('tells an operator what it waits for, in whose words, and what can be sent', () => {
    const stuck = {
      ...running(),
      health: 'stuck',
      waitingFor: 'RunPod to destroy the pod',
      lastError: '503 maintenance',
    } as const
    const text = currentDetails(stuck, plan())
    expect(text).toContain('RunPod to destroy the pod')
    expect(text).toContain('503 maintenance')
    expect(text).toContain('`retryNow`')
    expect(currentDetails(running(), plan())).not.toContain('retryNow')
    expect(viewOf(stuck)).toMatchObject({ phase: 'running', health: 'stuck', podId: null })
  })
})

const running = () => ({
  ...initialState(plan(), NOW),
  phase: 'running' as const,
  endsAt: LATER,
  chargedMicros: '2000000',
})

function plan(): RentalPlan {
  return {
    rentalId: 'rent_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    userId: 'usr_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    walletId: 'wal_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    offerId: 'runpod:h100',
    gpuKey: 'nvidia-h100-80gb-sxm',
    gpuModel: 'H100',
    gpuCount: 2,
    diskGib: 20,
    provider: 'RunPod',
    teardownSeconds: 30,
    priceMicrosPerHour: 4_200_000,
    failoverMaxPriceMicrosPerHour: null,
    durationSeconds: null,
    spendLimitMicros: null,
    summary: '2x H100 on RunPod US-KS-2 for octocat',
  }
}
