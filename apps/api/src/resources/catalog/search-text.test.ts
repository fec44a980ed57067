import { expect, test } from 'vitest'
import { matchesSearch, searchTerms, searchText } from './search-text.ts'
import { A100, anOffer, CPU, H100, RTX_4090 } from './testing/an-offer.ts'

test.each([
  ['h100 80', 'h100'],
  ['H100 80GB', 'h100'],
  ['h100 80 gib', 'h100'],
  ['h100sxm', 'h100'],
  ['nvidia h1', 'h100'],
  ['us-ks h100', 'h100'],
  ['4090', '4090'],
  ['rtx4090', '4090'],
  ['geforce', '4090'],
  ['8x 4090', '4090'],
  ['8 x rtx 4090', '4090'],
  ['spot', '4090'],
  ['a100 sxm', 'a100'],
  ['a100-80gb', 'a100'],
  ['A100 SXM4', 'a100'],
  ['romania', 'none'],
  ['100', 'a100 h100'],
  ['cpu', 'cpu'],
  ['a100 40', 'none'],
  ['h100 4090', 'none'],
  ['', 'h100 4090 a100 cpu'],
  ['  -- ', 'h100 4090 a100 cpu'],
])('"%s" finds %s', (query, expected) => {
  const offers = {
    h100: anOffer({ gpu: H100 }),
    '4090': anOffer({
      gpu: RTX_4090,
      gpuCount: 8,
      spot: true,
      region: { code: 'EU-RO-1', country: 'RO', continent: 'EU' },
    }),
    a100: anOffer({ gpu: A100, region: { code: 'EU-RO-1', country: 'RO', continent: 'EU' } }),
    cpu: anOffer({ gpu: CPU, gpuCount: 0 }),
  }
  const found = Object.entries(offers).filter(([, offer]) =>
    matchesSearch(searchText(offer, 'RunPod'), searchTerms(query)),
  )
  const names = expected === 'none' ? [] : expected.split(' ')
  expect(found.map(([name]) => name).sort()).toEqual(names.sort())
})
