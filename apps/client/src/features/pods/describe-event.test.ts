import { describe, expect, it } from 'vitest'
import { ref } from 'vue'
import type { Text } from '../../shared/i18n/use-text.ts'
import { describeEvent } from './describe-event.ts'

describe('a moment in the timeline', () => {
  it('is said in the page’s own words, with amounts and times for the reader', () => {
    expect(say('running', { host: 'h', port: 22, bootSeconds: 97 })).toBe(
      'pods.events.running {"boot":"1m 37s"}',
    )
    expect(say('extended', { endsAt: null, spendLimitMicros: 5_000_000 })).toBe(
      'pods.events.extended_budget {"amount":"$5.00"}',
    )
    expect(say('extended', { endsAt: null, spendLimitMicros: null })).toBe('pods.events.extended_open {}')
  })

  it('falls back to the server’s sentence for a kind it does not know', () => {
    expect(say('teleported', {})).toBe('The server’s sentence.')
  })

  it('falls back to the server’s sentence when the data is of another version', () => {
    expect(say('reserved', {})).toBe('The server’s sentence.')
  })
})

function say(kind: string, data: Record<string, unknown>): string {
  const text: Text = { t: (key, values = {}) => `${key} ${JSON.stringify(values)}`, locale: ref('en') }
  return describeEvent({ kind, data, message: 'The server’s sentence.' }, text)
}
