import { describe, expect, it } from 'vitest'
import { ref } from 'vue'
import type { Text } from '../../shared/i18n/use-text.ts'
import { inItsWords, WORDS_HERE } from '../../shared/i18n/told.ts'
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

  it('leaves what a provider said in its own words', () => {
    expect(tell('attempt_waiting', { attempt: 1, reason: 'rate_limited', words: '429 slow down' })).toEqual({
      sentence: `pods.events.attempt_waiting ${JSON.stringify({ words: WORDS_HERE })}`,
      words: '429 slow down',
    })
  })

  it('says in the page’s words why an attempt failed, where we say so, and quotes only what others said', () => {
    const cause = { code: 'boot_timeout', data: { seconds: 600, words: 'no route to host' } }
    const words = 'Not usable within 600 s: no route to host'
    const told = tell('attempt_failed', { attempt: 2, outcome: 'boot_timeout', words, cause })
    expect(told.words).toBe('no route to host')
    expect(told.sentence).toMatch(/^pods\.events\.attempt_failed .*pods\.causes\.boot_timeout/)
    expect(told.sentence).toContain(WORDS_HERE)
    expect(tell('attempt_failed', { attempt: 2, outcome: 'no_capacity', words: 'sold out' }).words).toBe(
      'sold out',
    )
  })

  it('says what is waited for in the page’s words, where it is known by name', () => {
    const waitingFor = 'RunPod to destroy the pod'
    const awaited = { kind: 'pod_destruction', provider: 'RunPod' }
    expect(tell('stuck', { waitingFor, awaited, words: null })).toMatchObject({ words: null })
    expect(say('stuck', { waitingFor, awaited, words: null })).toContain('pods.awaited.pod_destruction')
    expect(tell('stuck', { waitingFor, words: null })).toMatchObject({ words: waitingFor })
  })

  it('falls back to the server’s sentence for a kind it does not know', () => {
    expect(tell('teleported', {})).toEqual(inItsWords('The server’s sentence.'))
  })

  it('falls back to the server’s sentence when the data is of another version', () => {
    expect(tell('reserved', {})).toEqual(inItsWords('The server’s sentence.'))
  })
})

const say = (kind: string, data: Record<string, unknown>): string => tell(kind, data).sentence

function tell(kind: string, data: Record<string, unknown>) {
  const text: Text = { t: (key, values = {}) => `${key} ${JSON.stringify(values)}`, locale: ref('en') }
  return describeEvent({ kind, data, message: 'The server’s sentence.' }, text)
}
