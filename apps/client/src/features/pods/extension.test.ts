import { describe, expect, it } from 'vitest'
import { extensionChoices, previewExtension, type Extension } from './extension.ts'

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

function preview(extension: Partial<Extension>) {
  const meter = {
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
  return previewExtension(
    { choice: 'hours', hours: '4', budget: '', ...extension },
    { endsAt: ENDS_AT, meter },
    1_000_000n,
  )
}
