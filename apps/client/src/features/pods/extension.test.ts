import { describe, expect, it } from 'vitest'
import { extensionChoices, previewExtension, walletEndsAt, type Extension } from './extension.ts'

const ENDS_AT = '2026-03-01T12:00:00.000Z'

describe('extending', () => {
  it('offers time for a timed pod and a budget for the others', () => {
    expect(extensionChoices({ endsAt: ENDS_AT, spendLimitMicros: null })).toEqual(['hours', 'until_stopped'])
    expect(extensionChoices({ endsAt: null, spendLimitMicros: 5 })).toEqual(['budget', 'until_stopped'])
    expect(extensionChoices({ endsAt: null, spendLimitMicros: null })).toEqual(['budget'])
  })

  it('says the new end and what it costs at most', () => {
    expect(preview({ choice: 'hours', hours: '1.5' })).toEqual({
      ok: true,
      body: { by: 'seconds', seconds: 5400 },
      endsAt: '2026-03-01T13:30:00.000Z',
      extraMicros: 3_000_000n,
      budgetMicros: null,
    })
  })

  it('refuses a budget that is already spent', () => {
    expect(preview({ choice: 'budget', budget: '1' })).toEqual({ ok: false, reason: 'budget' })
    expect(preview({ choice: 'budget', budget: '1.01' })).toMatchObject({
      ok: true,
      body: { by: 'budget', spendLimitMicros: 1_010_000 },
      extraMicros: 10_000n,
    })
  })

  it('refuses hours that are none', () => {
    for (const hours of ['', '0', 'many', '-2', '99999']) {
      expect(preview({ choice: 'hours', hours })).toEqual({ ok: false, reason: 'hours' })
    }
  })

  it('lifts the end', () => {
    expect(preview({ choice: 'until_stopped' })).toMatchObject({ ok: true, body: { by: 'until_stopped' } })
  })
})

describe('the wallet under an extension', () => {
  const nowMs = Date.parse('2026-03-01T11:00:00.000Z')
  const wallet = { totalMicros: 5_000_000, burnMicrosPerHour: 2_000_000 }
  const emptyAfter = (extension: Partial<Extension>, balance = wallet) =>
    walletEndsAt(preview(extension), { meter: METER }, balance, nowMs)

  it('is said to be empty before the new end, and nothing where it is not', () => {
    expect(emptyAfter({ choice: 'hours', hours: '4' })).toBe('2026-03-01T13:30:00.000Z')
    expect(emptyAfter({ choice: 'hours', hours: '1' })).toBeNull()
    expect(emptyAfter({ choice: 'hours', hours: 'many' })).toBeNull()
  })

  it('shares its money with everything else that runs', () => {
    const shared = { ...wallet, burnMicrosPerHour: 10_000_000 }
    expect(emptyAfter({ choice: 'hours', hours: '1' }, shared)).toBe('2026-03-01T11:30:00.000Z')
  })

  it('is measured against a budget by the time that the budget lasts', () => {
    expect(emptyAfter({ choice: 'budget', budget: '5' })).toBeNull()
    expect(emptyAfter({ choice: 'budget', budget: '9' })).toBe('2026-03-01T13:30:00.000Z')
  })

  it('always ends a pod that has no end', () => {
    expect(emptyAfter({ choice: 'until_stopped' })).toBe('2026-03-01T13:30:00.000Z')
  })
})

const METER = {
  startedAt: null,
  endedAt: null,
  chargedUntil: null,
  chargedMicros: 0,
  billedSeconds: 0,
  heldMicros: 0,
  fundedUntil: null,
  priceMicrosPerHour: 2_000_000,
  asOf: ENDS_AT,
}

function preview(extension: Partial<Extension>) {
  return previewExtension(
    { choice: 'hours', hours: '4', budget: '', ...extension },
    { endsAt: ENDS_AT, meter: METER },
    1_000_000n,
  )
}
