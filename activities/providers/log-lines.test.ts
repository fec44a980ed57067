import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linesAfter, numberLines, resumeAtMs } from './log-lines.ts'

describe('log lines', () => {
  it('are resumed after any of them, though some share an instant and fractions differ in length', () => {
    const instants = ['12:00:00Z', '12:00:00.5Z', '12:00:00.5Z', '12:00:00.500000001Z', '12:00:01.25Z']
    const lines = numberLines(instants.map((at, index) => ({ at: `2026-06-01T${at}`, line: `${index}` })))
    expect(linesAfter(lines, null)).toEqual(lines)
    for (const [index, { id }] of lines.entries())
      expect(linesAfter(lines, id)).toEqual(lines.slice(index + 1))
  })

  it('are asked for again from just before the last one seen', () => {
    expect(resumeAtMs(null)).toBeNull()
    expect(resumeAtMs('nonsense')).toBeNull()
    expect(resumeAtMs('2026-06-01T12:00:00.500123456Z#1')).toBe(Date.parse('2026-06-01T12:00:00.499Z'))
  })

  it('are lost or doubled by no way of cutting the reading into pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 20 }), fc.nat(5), (gaps, page) => {
        let atMs = Date.parse('2026-06-01T12:00:00Z')
        const all = gaps.map((gap, index) => ({
          at: new Date((atMs += gap)).toISOString(),
          line: `${index}`,
        }))
        const read: string[] = []
        const nextPage = (after: string | null) => {
          const fromMs = resumeAtMs(after) ?? 0
          const upstream = all.filter(({ at }) => Date.parse(at) >= fromMs)
          return linesAfter(numberLines(upstream), after).slice(0, page + 1)
        }
        for (let next = nextPage(null); next.length > 0; next = nextPage(next.at(-1)?.id ?? null)) {
          read.push(...next.map(({ line }) => line))
        }
        expect(read).toEqual(all.map(({ line }) => line))
      }),
    )
  })
})
