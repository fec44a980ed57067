import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chainHash, type ChainedTransaction } from './chain-hash.ts'

describe('the chain hash', () => {
  it('is what it has always been', () => {
    expect(chainHash(aTransaction({})).toString('hex')).toBe(
      '340cbd7c846dbd7afd6be89aab94b21804523f9487f091484c39d4ae98638c8a',
    )
  })

  it('changes with every field', () => {
    const original = chainHash(aTransaction({}))
    const edits: Partial<ChainedTransaction>[] = [
      { id: 'ltx_2' },
      { walletId: 'wal_2' },
      { seq: '2' },
      { kind: 'promotion' },
      { idempotencyKey: 'other' },
      { requestHash: '' },
      { rentalId: null },
      { reference: 'y' },
      { reversalOf: 'ltx_0' },
      { note: '' },
      { occurredAtMicros: '2' },
      { postedAtMicros: '2' },
      { prevHash: Buffer.alloc(32, 1) },
      { entries: [] },
    ]
    for (const edit of edits) expect(chainHash(aTransaction(edit))).not.toEqual(original)
  })

  it('never takes a border between two fields for another', () => {
    const text = fc.option(fc.string({ unit: 'binary' }), { nil: null })
    fc.assert(
      fc.property(text, text, text, text, (reference, note, otherReference, otherNote) => {
        fc.pre(reference !== otherReference || note !== otherNote)
        const one = chainHash(aTransaction({ reference, note }))
        const other = chainHash(aTransaction({ reference: otherReference, note: otherNote }))
        expect(one).not.toEqual(other)
      }),
    )
  })
})

function aTransaction(edit: Partial<ChainedTransaction>): ChainedTransaction {
  return {
    id: 'ltx_1',
    walletId: 'wal_1',
    seq: '1',
    kind: 'top_up',
    idempotencyKey: 'key',
    requestHash: 'abc',
    rentalId: 'rent_1',
    reference: 'pi_1 – Grüße',
    reversalOf: null,
    note: null,
    occurredAtMicros: '1',
    postedAtMicros: '1',
    prevHash: Buffer.alloc(32),
    hash: Buffer.alloc(32),
    entries: [{ position: 0, account: 'available', amount: '5', balanceAfter: '5' }],
    ...edit,
  }
}
