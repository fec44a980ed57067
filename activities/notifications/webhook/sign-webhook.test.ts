import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { signWebhook } from './sign-webhook.ts'

interface Example {
  isFromBerth: (headers: Record<string, string>, body: string, secret: string, nowMs?: number) => boolean
}

/** What our documentation tells people to do, run as it stands there. */
const { isFromBerth } = await exampleOf('docs/webhooks.md')

const aSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`
const NOW = Date.parse('2026-01-01T00:00:00Z')
const [SECRET, OTHER] = [aSecret(), aSecret()]
const BODY = '{"type":"rental_ended","title":"Grüße"}'

test('a receiver that does what the documentation says accepts our message, and no other', () => {
  const headers = signWebhook({ id: 'ntc_1', body: BODY, secrets: [SECRET], nowMs: NOW })
  expect(isFromBerth(headers, BODY, SECRET, NOW)).toBe(true)
  expect(isFromBerth(headers, `${BODY} `, SECRET, NOW)).toBe(false)
  expect(isFromBerth(headers, BODY, OTHER, NOW)).toBe(false)
  expect(isFromBerth({ ...headers, 'webhook-id': 'ntc_2' }, BODY, SECRET, NOW)).toBe(false)
  expect(isFromBerth({}, BODY, SECRET, NOW)).toBe(false)
})

test('a message that is replayed later is refused', () => {
  const headers = signWebhook({ id: 'ntc_1', body: BODY, secrets: [SECRET], nowMs: NOW })
  expect(isFromBerth(headers, BODY, SECRET, NOW + 301_000)).toBe(false)
  const moved = { ...headers, 'webhook-timestamp': String(NOW / 1000 + 301) }
  expect(isFromBerth(moved, BODY, SECRET, NOW + 301_000)).toBe(false)
})

test('while a secret is replaced, holders of the old and of the new one both accept', () => {
  const headers = signWebhook({ id: 'ntc_1', body: BODY, secrets: [SECRET, OTHER], nowMs: NOW })
  expect(isFromBerth(headers, BODY, SECRET, NOW)).toBe(true)
  expect(isFromBerth(headers, BODY, OTHER, NOW)).toBe(true)
})

test('the signature is the one of the Standard Webhooks specification', () => {
  const headers = signWebhook({
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    body: '{"test": 2432232314}',
    secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    nowMs: 1_614_265_330_000,
  })
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

async function exampleOf(file: string): Promise<Example> {
  const document = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(document) ?? []
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`) as Promise<Example>
}
