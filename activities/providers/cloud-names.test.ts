import { describe, expect, it } from 'vitest'
import { cloudNameOf } from './cloud-names.ts'

describe('the name of a cloud behind an aggregator', () => {
  it.each([
    ['datacrunch', 'verda'],
    ['DataCrunch.io', 'verda'],
    ['lambdalabs', 'lambda'],
    ['Lambda Labs', 'lambda'],
    ['vastai', 'vast'],
    ['vast.ai', 'vast'],
    ['runpod', 'runpod'],
    ['hyperstack', 'hyperstack'],
    ['nexgencloud', 'hyperstack'],
    ['digitalocean', 'digitalocean'],
    ['tensordock', 'tensordock'],
    ['crusoe', 'crusoe'],
    ['crusoecloud', 'crusoe'],
  ])('of %s is %s, whoever sells it', (word, name) => {
    expect(cloudNameOf(word)).toBe(name)
  })

  it('is kept where we know no other', () => {
    expect(cloudNameOf('dc_roan')).toBe('dc-roan')
    expect(cloudNameOf('Scaleway')).toBe('scaleway')
    expect(cloudNameOf('toString')).toBe('tostring')
    expect(cloudNameOf('constructor')).toBe('constructor')
  })
})
