import { describe, expect, it } from 'vitest'
import { formatAgo, formatDuration, formatEnd, formatRelative } from './time.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString()

describe('time for people', () => {
  it('says a duration in its two largest units', () => {
    expect(formatDuration(0)).toBe('0s')
    expect(formatDuration(59.9)).toBe('59s')
    expect(formatDuration(3600)).toBe('1h')
    expect(formatDuration(4 * 3600 + 12 * 60 + 59)).toBe('4h 12m')
    expect(formatDuration(86_400 + 60)).toBe('1d')
    expect(formatDuration(-5)).toBe('0s')
  })

  it('speaks other languages without messages of its own', () => {
    expect(formatDuration(4 * 3600 + 720, 'zh')).toBe('4小时 12分钟')
    expect(formatDuration(90, 'en', 'long')).toBe('1 minute 30 seconds')
  })

  it('counts a moment from the given now, backwards and forwards', () => {
    expect(formatRelative(at(-12), NOW)).toBe('12s ago')
    expect(formatRelative(at(-3 * 3600 - 59), NOW)).toBe('3h ago')
    expect(formatRelative(at(2 * 86_400), NOW)).toBe('in 2d')
    expect(formatRelative(at(0), NOW)).toBe('now')
    expect(formatRelative(at(90 * 86_400 - 2), NOW)).toBe('in 90d')
    expect(formatRelative(at(-(2 * 86_400 - 2)), NOW)).toBe('1d ago')
  })

  it('says of what has passed that it has, whatever the clocks say', () => {
    expect(formatAgo(at(2), NOW)).toBe('now')
    expect(formatAgo(at(-5), NOW)).toBe('5s ago')
  })

  it('names the day of an end that is not today', () => {
    expect(formatEnd(at(60), NOW)).toMatch(/^\d\d:\d\d$/)
    expect(formatEnd(at(3 * 86_400), NOW)).toMatch(/^Mar \d, \d\d:\d\d$/)
  })
})
