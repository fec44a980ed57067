import { describe, expect, it } from 'vitest'
import { anOffer, aRental } from '../../shared/testing/examples.ts'
import { chooseOffer } from './again.ts'

const had = anOffer()
const inTokyo = { code: 'JP-TYO', country: 'JP', continent: 'AS' } as const
const elsewhere = anOffer({
  id: 'vast:JP-TYO/h100',
  provider: 'vast',
  region: inTokyo,
  priceMicrosPerHour: 1_700_000,
})
const attempt = {
  attempt: 1,
  offerId: had.id,
  provider: 'runpod',
  providerName: 'RunPod',
  priceMicrosPerHour: 2_100_000,
  startedAt: '2026-03-01T12:00:00.000Z',
  finishedAt: '2026-03-01T12:10:00.000Z',
  outcome: 'boot_timeout',
  message: null,
  cause: null,
} as const
const ended = aRental({ phase: 'ended', endReason: 'stopped_by_user' })
const neverStarted = aRental({ phase: 'ended', endReason: 'failed', readyAt: null, attempts: [attempt] })
const chosen = (...[rental, offers]: Parameters<typeof chooseOffer>) => {
  const choice = chooseOffer(rental, offers)
  return choice && [choice.offer.id, choice.why]
}

describe('the offer on which a pod is rented again', () => {
  it('is the very one, even where another is cheaper by now', () => {
    expect(chosen(ended, [elsewhere, had])).toEqual([had.id, 'same'])
  })

  it('is the one it really ran on, where the chosen one had refused', () => {
    const failedOver = {
      ...ended,
      attempts: [attempt, { ...attempt, offerId: elsewhere.id, outcome: 'ready' as const }],
    }
    expect(chosen(failedOver, [had, elsewhere])).toEqual([elsewhere.id, 'same'])
  })

  it('is else the cheapest like it', () => {
    const dear = anOffer({ id: 'lambda:x', provider: 'lambda', priceMicrosPerHour: 1_900_000 })
    expect(chosen(ended, [dear, elsewhere])).toEqual([elsewhere.id, 'cheapest'])
  })

  it('stays at its provider and in its country where that costs a tenth more at most', () => {
    const there = anOffer({ id: 'runpod:US-TX-3/h100', priceMicrosPerHour: 1_870_000 })
    const abroad = { ...there, id: 'runpod:JP/h100', region: inTokyo, priceMicrosPerHour: 1_750_000 }
    expect(chosen(ended, [elsewhere, there])).toEqual([there.id, 'nearby'])
    expect(chosen(ended, [elsewhere, abroad, there])).toEqual([there.id, 'nearby'])
    expect(chosen(ended, [elsewhere, { ...there, priceMicrosPerHour: 1_870_001 }])).toEqual([
      elsewhere.id,
      'cheapest',
    ])
  })

  it('counts the disk it had into the price', () => {
    const dearDisk = { ...elsewhere, disk: { includedGib: 10, maxGib: 500 }, diskMicrosPerGibHour: 10_000 }
    const plain = anOffer({ id: 'lambda:x', provider: 'lambda', priceMicrosPerHour: 2_500_000 })
    expect(chosen(ended, [dearDisk, plain])).toEqual([plain.id, 'cheapest'])
  })

  it.for([
    ['another board', { gpu: { ...had.gpu, key: 'nvidia-h100-80gb-pcie' } }],
    ['another number', { gpuCount: 2 }],
    ['a spot pod', { spot: true }],
    ['less room than its disk took', { disk: { includedGib: 50, maxGib: 99 } }],
    ['no choice of the image', { terms: { ...had.terms, images: 'fixed' } }],
  ] as const)('is none with %s', ([, change]) => {
    expect(chosen(ended, [{ ...elsewhere, ...change }])).toBeNull()
  })

  it('may be better than what it was: one that stays for a spot pod, a machine for a container', () => {
    const spot = { ...ended, spot: true }
    expect(chosen(spot, [{ ...elsewhere, podKind: 'vm' }])).toEqual([elsewhere.id, 'cheapest'])
    expect(chosen({ ...ended, podKind: 'vm' }, [elsewhere])).toBeNull()
  })

  it('is with another provider where the one it had could not start it, or else there once more', () => {
    const dear = { ...elsewhere, priceMicrosPerHour: 3_000_000 }
    expect(chosen(neverStarted, [had, dear])).toEqual([dear.id, 'elsewhere'])
    expect(chosen(neverStarted, [had])).toEqual([had.id, 'only_failed'])
    expect(chosen({ ...neverStarted, attempts: [], endReason: 'no_capacity' }, [had, dear])).toEqual([
      dear.id,
      'elsewhere',
    ])
  })
})
