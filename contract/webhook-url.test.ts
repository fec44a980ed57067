import { expect, test } from 'vitest'
import { webhookUrlMistake } from './webhook-url.ts'

test.for(['https://example.com/hook', 'https://example.com:8443/a?b=c', 'https://xn--bcher-kva.example/'])(
  '%s is called',
  (url) => expect(webhookUrlMistake(url, { local: false })).toBeNull(),
)

test.for([
  ['http://example.com/hook', /https:\/\//],
  ['ftp://example.com', /https:\/\//],
  ['example.com/hook', /https:\/\//],
  ['https://user:secret@example.com', /password/],
  ['https://example.com/#part', /"#"/],
  ['https://localhost/hook', /public host name/],
  ['https://metadata.google.internal/', /public host name/],
  ['https://169.254.169.254/latest', /public host name/],
  ['https://0x7f.1/', /public host name/],
  ['https://2130706433/', /public host name/],
  ['https://[::1]/', /public host name/],
  ['https://printer.local/', /public host name/],
] as const)('%s is refused with what to do', ([url, words]) => {
  expect(webhookUrlMistake(url, { local: false })?.detail).toMatch(words)
})

test('on one’s own machine plain http and local addresses are called, other schemes are not', () => {
  for (const url of ['http://127.0.0.1:9000/hook', 'http://localhost:9000/', 'https://[::1]/']) {
    expect(webhookUrlMistake(url, { local: true })).toBeNull()
  }
  expect(webhookUrlMistake('file:///etc/passwd', { local: true })?.detail).toMatch(/https:\/\//)
})
