import { describe, expect, it } from 'vitest'
import { isId, newId } from './ids.ts'

describe('ids', () => {
  it('carry their kind and are never equal', () => {
    const ids = new Set(Array.from({ length: 1000 }, () => newId('rental')))
    expect(ids.size).toBe(1000)
    for (const id of ids) expect(isId('rental', id)).toBe(true)
    expect(isId('user', newId('rental'))).toBe(false)
  })

  it('sort by the time they were made', () => {
    expect(newId('user', 1_000) < newId('user', 2_000)).toBe(true)
  })
})
