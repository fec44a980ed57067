import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine, usdCell } from './csv.ts'

test('words are quoted where they must be, numbers never', () => {
  expect(csvLine(['plain', 'a,b', 'say "hi"', 'two\nlines', 12, null])).toBe(
    'plain,"a,b","say ""hi""","two\nlines",12,\r\n',
  )
})

test.each(['=HYPERLINK("x")', '+1', '-1+2', '@SUM(A1)', '\tx'])('%j is text to a spreadsheet', (name) => {
  expect(csvLine([name])).toMatch(/^"?'/)
})

test('an amount is exact dollars, and reads back as the same amount', () => {
  expect(usdCell(-1n)).toBe('-0.000001')
  expect(usdCell(12_345_678n)).toBe('12.345678')
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), (micros) => {
      const [, sign, whole, part] = /^(-?)(\d+)\.(\d{6})$/.exec(usdCell(micros)) ?? []
      const read = BigInt(whole ?? '') * 1_000_000n + BigInt(part ?? '')
      return (sign === '-' ? -read : read) === micros
    }),
  )
})
