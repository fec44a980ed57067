import { expect, test } from 'vitest'
import { takeTurns } from './take-turns.ts'

test('who began first is heard at once, the others when those before them have ended', () => {
  const { begin, heard } = setup()
  const [first, second, third] = [begin(), begin(), begin()]
  first.say('a')
  third.say('x')
  second.say('m')
  expect(heard()).toBe('a')
  third.end()
  first.say('b')
  first.end()
  expect(heard()).toBe('abm')
  second.say('n')
  expect(heard()).toBe('abmn')
  second.end()
  expect(heard()).toBe('abmnx')
})

test('who begins when everybody has ended is heard at once', () => {
  const { begin, heard } = setup()
  begin().end()
  begin().say('a')
  expect(heard()).toBe('a')
})

function setup() {
  const words: string[] = []
  const begin = takeTurns({ write: (said) => words.push(String(said)) })
  return { begin, heard: () => words.join('') }
}
