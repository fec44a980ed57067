import { describe, expect, it } from 'vitest'
import { redact, secretsOf } from './redact.ts'
import { parseRetryAfter } from './retry-after.ts'
import { createWordMap, type Oddity, reportOnce } from './status-words.ts'

describe('retry-after', () => {
  it('reads seconds and dates, and nothing else', () => {
    const nowMs = Date.parse('2026-06-01T12:00:00Z')
    expect(parseRetryAfter('12')).toBe(12_000)
    expect(parseRetryAfter('0.5')).toBe(500)
    expect(parseRetryAfter('Mon, 01 Jun 2026 12:00:30 GMT', nowMs)).toBe(30_000)
    expect(parseRetryAfter('Mon, 01 Jun 2026 11:00:00 GMT', nowMs)).toBe(0)
    for (const nothing of [null, '', 'soon']) expect(parseRetryAfter(nothing)).toBeNull()
  })
})

describe('redact', () => {
  it('removes the credential with and without its scheme', () => {
    const secrets = secretsOf({ authorization: 'Bearer abc123xyz', 'x-api-key': 'key-000111' })
    expect(redact('token abc123xyz of key-000111', secrets)).toBe('token [redacted] of [redacted]')
  })

  it('cuts a page of HTML down to something one can read', () => {
    expect(redact('x'.repeat(10_000), []).length).toBeLessThan(600)
  })
})

describe('status words', () => {
  it('reads by the table, and reports a word outside it instead of guessing', () => {
    const { read, reported } = setup()
    expect(read('RUNNING')).toBe('running')
    expect(read('HIBERNATING')).toBe('unknown')
    expect(reported).toEqual([{ provider: 'test', what: 'pod status', word: 'HIBERNATING' }])
  })

  it('is not fooled by words that every object knows', () => {
    expect(setup().read('constructor')).toBe('unknown')
  })

  it('reports each word once, however often it is polled', () => {
    const { read, reported } = setup()
    for (let i = 0; i < 5; i += 1) read('HIBERNATING')
    expect(reported).toHaveLength(1)
  })
})

function setup() {
  const reported: Oddity[] = []
  const read = createWordMap({
    provider: 'test',
    what: 'pod status',
    words: { RUNNING: 'running' },
    otherwise: 'unknown',
    report: reportOnce((oddity) => reported.push(oddity)),
  })
  return { read, reported }
}
