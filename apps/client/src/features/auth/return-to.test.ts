import { describe, expect, it } from 'vitest'
import { safeReturnTo, signInError } from './return-to.ts'

describe('coming back after signing in', () => {
  it('leads only to pages of this site', () => {
    expect(safeReturnTo('/rent/abc?gpu=h100')).toBe('/rent/abc?gpu=h100')
    for (const evil of ['https://evil.example', '//evil.example', '/\\evil.example', undefined, ['/a']]) {
      expect(safeReturnTo(evil)).toBe('/pods')
    }
  })

  it('explains the failures it knows and admits the others', () => {
    expect(signInError(undefined)).toBeNull()
    expect(signInError('cancelled')).toBe('cancelled')
    expect(signInError('expired')).toBe('expired')
    expect(signInError('flux')).toBe('other')
  })
})
