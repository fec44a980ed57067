import { expect, it } from 'vitest'
import { anOffer } from '../../shared/testing/examples.ts'
import { bestOf } from './compare-offers.ts'

const cheap = anOffer({ id: 'cheap', priceMicrosPerHour: 1, launchSuccessRate: null, medianBootSeconds: 60 })
const quick = anOffer({ id: 'quick', priceMicrosPerHour: 2, launchSuccessRate: 0.9, medianBootSeconds: 20 })

it('marks the best of a line: the lowest price, the quickest boot', () => {
  expect(bestOf('allIn', [cheap, quick])).toEqual(new Set(['cheap']))
  expect(bestOf('boots', [cheap, quick])).toEqual(new Set(['quick']))
})

it('marks nothing where all are equal, only one is known, or more is not better', () => {
  expect(bestOf('memory', [cheap, quick])).toEqual(new Set())
  expect(bestOf('record', [cheap, quick])).toEqual(new Set())
  expect(bestOf('place', [cheap, quick])).toEqual(new Set())
})
