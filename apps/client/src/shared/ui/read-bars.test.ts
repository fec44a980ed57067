import { expect, it } from 'vitest'
import { placeAt, stepByKey } from './read-bars.ts'

it.each([
  ['at its left edge', 0, 0],
  ['within a bar', 149, 1],
  ['where the next begins', 150, 2],
  ['at its right edge', 300, 3],
  ['left of it, by a finger that slid out', -20, 0],
])('a plot of four bars is pointed at %s', (_, x, index) => {
  expect(placeAt(x, 300, 4)).toBe(index)
})

it.each([
  ['ArrowLeft', 2, 1],
  ['ArrowLeft', 0, 0],
  ['ArrowRight', 2, 3],
  ['ArrowRight', 9, 9],
  ['PageUp', 1, 8],
  ['PageDown', 3, 0],
  ['Home', 5, 0],
  ['End', 5, 9],
  ['Tab', 5, null],
])('%s leads from bar %i of ten to %s', (key, from, to) => {
  expect(stepByKey(key, from, 10)).toBe(to)
})
