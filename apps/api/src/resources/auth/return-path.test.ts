import { expect, test } from 'vitest'
import { returnPath } from './return-path.ts'

const ORIGIN = 'https://berth.example'

test.for([
  ['/rentals/rent_1?tab=logs#end', '/rentals/rent_1?tab=logs#end'],
  ['/a/../b', '/b'],
  ['/%2f%2fevil.example', '/%2f%2fevil.example'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['https://evil.example/', '/'],
  ['rentals', '/'],
  ['', '/'],
  [`/${'x'.repeat(2_000)}`, '/'],
] as const)('%s leads to %s', ([given, expected]) => {
  expect(returnPath(given, ORIGIN)).toBe(expected)
})

test('what is no text leads to the start page', () => {
  expect(returnPath(undefined, ORIGIN)).toBe('/')
  expect(returnPath(['/a', '/b'], ORIGIN)).toBe('/')
})
