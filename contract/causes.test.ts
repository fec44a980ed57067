import { expect, test } from 'vitest'
import { causeOfSentence, theySay, weSay } from './causes.ts'

test('what we say of a setback is a sentence and the name it goes by, with the figures that it is made of', () => {
  const cause = { code: 'money_missing', data: { shortfallMicros: 1_250_000 } } as const
  expect(weSay(cause)).toEqual({ words: '$1.25 is missing.', cause })
  const data = { seconds: 600, words: 'connect ECONNREFUSED' }
  expect(weSay({ code: 'boot_timeout', data }).words).toBe('Not usable within 600 s: connect ECONNREFUSED')
})

test('what others say is a quotation', () => {
  expect(theySay('sold out')).toEqual({ words: 'sold out', cause: null })
})

test('an older record, which has a sentence alone, is known by it where it always read so; else it stays a quotation', () => {
  const { words, cause } = weSay({ code: 'day_limit_reached', data: {} })
  expect(causeOfSentence(words)).toEqual(cause)
  expect(causeOfSentence('sold out')).toBeNull()
  expect(causeOfSentence(null)).toBeNull()
})
