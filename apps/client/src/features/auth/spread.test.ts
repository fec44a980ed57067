import { expect, it } from 'vitest'
import { spread } from './spread.ts'

it('picks evenly, the ends included', () => {
  expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8], 3)).toEqual([0, 4, 8])
  expect(new Set(spread([...Array(27).keys()], 7)).size).toBe(7)
})

it('takes everything of a short list', () => {
  expect(spread([1, 2], 7)).toEqual([1, 2])
  expect(spread([], 7)).toEqual([])
})
