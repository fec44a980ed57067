import { describe, expect, it } from 'vitest'
import { type AdjustmentForm, readAdjustment } from './adjustment-form.ts'
import { promotionState, readPromotion } from './promotion-form.ts'

const form = (change: Partial<AdjustmentForm>): AdjustmentForm => ({
  kind: 'credit',
  amount: '12.50',
  reason: 'An hour was lost.',
  ...change,
})
const DEBT = { receivableMicros: 2_000_000 }

describe('a correction as it is typed', () => {
  it('is read to the last micro-dollar', () => {
    expect(readAdjustment(form({ amount: '$0.000001', reason: '  so be it ' }), DEBT).wanted).toEqual({
      kind: 'credit',
      amountMicros: 1,
      reason: 'so be it',
    })
  })

  it.each(['', '0', '-5', 'ten', '100000.01', '1.2345678'])('has no amount in %j', (amount) => {
    const { wanted, amountMicros, wrong } = readAdjustment(form({ amount }), DEBT)
    expect([wanted, amountMicros, wrong.amount]).toEqual([null, null, 'amountWrong'])
  })

  it('gives up no more than is owed, and previews before there is a reason', () => {
    const over = readAdjustment(form({ kind: 'debt_write_off', amount: '2.000001' }), DEBT)
    expect([over.wanted, over.wrong.amount]).toEqual([null, 'amountOverDebt'])
    const unsaid = readAdjustment(form({ kind: 'debt_write_off', amount: '2', reason: ' a ' }), DEBT)
    expect([unsaid.wanted, unsaid.amountMicros, unsaid.wrong]).toEqual([
      null,
      2_000_000,
      { amount: null, reason: 'reasonWrong' },
    ])
  })
})

const NOW_MS = Date.parse('2026-03-01T12:00:00Z')
const promotion = {
  code: ' spring-26 ',
  amount: '10',
  maxRedemptions: '100',
  lastDay: '2026-03-01',
  note: 'Hello.',
}

describe('a promotion as it is typed', () => {
  it('counts its last day whole, and may be without one', () => {
    expect(readPromotion(promotion, NOW_MS).wanted).toEqual({
      code: 'SPRING-26',
      amountMicros: 10_000_000,
      maxRedemptions: 100,
      expiresAt: '2026-03-02T00:00:00.000Z',
      note: 'Hello.',
    })
    expect(readPromotion({ ...promotion, lastDay: '' }, NOW_MS).wanted?.expiresAt).toBeNull()
  })

  it('names every field that stands against it', () => {
    const bad = { code: 'a b', amount: '2000', maxRedemptions: '1.5', lastDay: '2026-02-28', note: '' }
    expect([...readPromotion(bad, NOW_MS).wrong].sort()).toEqual([
      'amountMicros',
      'code',
      'expiresAt',
      'maxRedemptions',
      'note',
    ])
  })

  it('says first why a code can not be redeemed', () => {
    const by = { id: 'usr_1', handle: 'ada' }
    const issued = {
      code: 'A-CODE',
      amountMicros: 1,
      maxRedemptions: 2,
      redemptions: 2,
      expiresAt: '2026-03-01T00:00:00Z',
      note: '',
      createdAt: '2026-01-01T00:00:00Z',
      createdBy: by,
      switchedOff: { at: '2026-02-01T00:00:00Z', by, reason: 'Told to all.' },
    }
    const kept = { ...issued, switchedOff: null }
    const states = [issued, kept, { ...kept, expiresAt: null }, { ...kept, expiresAt: null, redemptions: 1 }]
    expect(states.map((each) => promotionState(each, NOW_MS))).toEqual([
      'off',
      'expired',
      'used_up',
      'active',
    ])
  })
})
