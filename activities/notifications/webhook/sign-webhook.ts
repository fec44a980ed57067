import { createHmac } from 'node:crypto'

const PREFIX = 'whsec_'

/**
 * Headers of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over id, time of sending and body. With two
 * live secrets there are two signatures; a receiver takes the message if one of them fits.
 */
export function signWebhook(options: {
  id: string
  body: string
  secrets: readonly string[]
  nowMs: number
}): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const { id, body, secrets, nowMs } = options
  const timestamp = String(Math.floor(nowMs / 1000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
