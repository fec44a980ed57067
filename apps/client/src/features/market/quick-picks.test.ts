import { expect, it } from 'vitest'
import { quickPicks } from './quick-picks.ts'

const facet = (value: string) => ({ value, label: value, count: 1, fromMicrosPerGpuHour: 1 })
const onSale = [
  'nvidia-h100-80gb-sxm',
  'nvidia-h100-80gb-pcie',
  'nvidia-h100-nvl-94gb-nvl',
  'nvidia-l40-48gb-pcie',
].map(facet)

it('picks every board of one GPU, and offers only what the market has', () => {
  expect(quickPicks(onSale, [])).toEqual([
    { label: 'H100 80 GB', gpu: ['nvidia-h100-80gb-sxm', 'nvidia-h100-80gb-pcie'], chosen: false },
  ])
})

it('is chosen while nothing but boards of it are filtered for, also when none is on sale any more', () => {
  expect(quickPicks([], ['nvidia-l40s-48gb-pcie'])).toEqual([{ label: 'L40S', gpu: [], chosen: true }])
  expect(quickPicks(onSale, ['nvidia-h100-80gb-sxm', 'nvidia-l40-48gb-pcie'])[0]).toMatchObject({
    chosen: false,
  })
})
