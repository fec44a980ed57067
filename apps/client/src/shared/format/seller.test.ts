import { expect, it } from 'vitest'
import { anOffer } from '../testing/examples.ts'
import { cloudName, sellerOf } from './seller.ts'

it('names the cloud behind an aggregator, and who is in between', () => {
  const offer = anOffer({ providerName: 'Shadeform', aggregator: true, soldFor: 'lambda' })
  expect(sellerOf(offer)).toEqual({ cloud: 'Lambda', via: 'Shadeform' })
  expect(sellerOf(anOffer({ providerName: 'Prime Intellect', aggregator: true }))).toEqual({
    cloud: 'Prime Intellect',
    via: null,
  })
  expect(sellerOf(anOffer())).toEqual({ cloud: 'RunPod', via: null })
})

it('writes a cloud as it writes itself, and one it has never heard of as a name', () => {
  expect(['massedcompute', 'vast', 'hyperstack', 'some-new-cloud', 'Nebius'].map(cloudName)).toEqual([
    'Massed Compute',
    'Vast.ai',
    'Hyperstack',
    'Some New Cloud',
    'Nebius',
  ])
})
