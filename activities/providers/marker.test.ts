import { newId } from '@berth/contract/ids'
import { describe, expect, it } from 'vitest'
import { markerOf, parseMarker } from './marker.ts'

describe('marker', () => {
  it('leads back to the rental and the attempt', () => {
    const rentalId = newId('rental')
    const marker = markerOf(rentalId, 7)
    expect(marker.length).toBeLessThan(63)
    expect(parseMarker(marker)).toEqual({ rentalId, attempt: 7 })
  })

  it('never claims a pod that somebody else named', () => {
    for (const name of [
      'berth',
      'berth-rent-x-1',
      'my-berth-pod',
      'berth-rent-01ARZ3NDEKTSV4RRFFQ69G5FAV-1',
      '',
    ]) {
      expect(parseMarker(name)).toBeNull()
    }
  })
})
