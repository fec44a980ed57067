import { SSH_FAILURES, TERMINAL_CLOSE } from '@berth/contract/pod-access'
import { expect, it } from 'vitest'
import { ref } from 'vue'
import { plainly, WORDS_HERE } from '../../../shared/i18n/told.ts'
import type { Text } from '../../../shared/i18n/use-text.ts'
import { whyItEnded } from './why-it-ended.ts'

const text: Text = { t: (key, values = {}) => [key, ...Object.values(values)].join(' '), locale: ref('en') }

it('says each way in which the server ends a terminal in the page’s own words', () => {
  const failures: readonly string[] = SSH_FAILURES
  for (const [name, code] of Object.entries(TERMINAL_CLOSE)) {
    const { words } = whyItEnded(code, 'the server’s English', text)
    expect([name, words]).toEqual([name, failures.includes(name) ? 'the server’s English' : null])
  }
})

it('quotes what the connection said only where a login failed', () => {
  expect(whyItEnded(TERMINAL_CLOSE.other_host, 'SHA256:abc', text)).toEqual({
    sentence: `pods.inside.reasons.other_host ${WORDS_HERE}`,
    words: 'SHA256:abc',
  })
})

it('knows a connection that broke off, and leaves what a later server says in its words', () => {
  expect(whyItEnded(1006, '', text)).toEqual(plainly('pods.inside.terminalCut'))
  expect(whyItEnded(4999, 'the moon is full', text)).toEqual({
    sentence: `pods.inside.terminalLost ${WORDS_HERE}`,
    words: 'the moon is full',
  })
})
