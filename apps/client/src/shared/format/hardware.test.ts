import { describe, expect, it } from 'vitest'
import { formatGib, formatShare, gpuLabel, regionName } from './hardware.ts'

const gpu = {
  key: 'nvidia-h100-80gb-sxm',
  vendor: 'nvidia' as const,
  model: 'H100',
  memoryGib: 80,
  formFactor: 'sxm' as const,
  rawName: 'H100',
}

describe('hardware for people', () => {
  it('names count, model and board', () => {
    expect(gpuLabel(gpu, 8)).toBe('8× H100 SXM')
    expect(gpuLabel({ ...gpu, formFactor: 'pcie' }, 1)).toBe('1× H100 PCIe')
  })

  it('leaves out a board the provider does not name, and the count of a machine without a GPU', () => {
    expect(gpuLabel({ ...gpu, formFactor: 'unknown' }, 2)).toBe('2× H100')
    expect(gpuLabel({ ...gpu, vendor: 'none', model: 'CPU only', formFactor: 'unknown' }, 0)).toBe('CPU only')
  })

  it('uses the unit a person would', () => {
    expect(formatGib(80)).toBe('80 GB')
    expect(formatGib(1920)).toBe('1.9 TB')
  })

  it('names the country, or the provider’s own code where there is none', () => {
    expect(regionName({ code: 'US-KS-2', country: 'US', continent: 'NA' })).toBe('United States')
    expect(regionName({ code: 'mystery-3', country: null, continent: null })).toBe('mystery-3')
  })

  it('never rounds a success rate up to certainty', () => {
    expect(formatShare(0.999)).toBe('99%')
    expect(formatShare(1)).toBe('100%')
  })
})
