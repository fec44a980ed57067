import Stripe from 'stripe'

export interface StripeSettings {
  secretKey: string
  /** Another origin than Stripe's own, e.g. of the emulated one; scheme, host and port, no path. */
  apiBase?: string | undefined
  timeoutMs?: number
}

/** The version the code was written against; an upgrade is a commit, never a setting of the Stripe account. */
const API_VERSION = '2026-10-28.endive'
const DEFAULT_TIMEOUT_MS = 15_000

/**
 * Stripe's own client. Temporal retries, with the same idempotency key, so that every attempt stands in the history; all
 * the client repeats by itself, once, is a request whose connection was closed under it. Throws a RangeError where the base is no plain origin.
 */
export function createStripeClient({
  secretKey,
  apiBase,
  timeoutMs = DEFAULT_TIMEOUT_MS,
}: StripeSettings): Stripe {
  return new Stripe(secretKey, {
    apiVersion: API_VERSION,
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: timeoutMs,
    ...(apiBase !== undefined && parseApiBase(apiBase)),
  })
}

const PORTS = { http: 80, https: 443 } as const

function parseApiBase(apiBase: string): { protocol: keyof typeof PORTS; host: string; port: number } {
  const url = URL.canParse(apiBase) ? new URL(apiBase) : null
  const protocol = url?.protocol.replace(':', '')
  const isOrigin = url?.href === `${url?.origin}/`
  if (!url || !isOrigin || (protocol !== 'http' && protocol !== 'https')) {
    throw new RangeError('STRIPE_API_BASE must be an origin such as http://127.0.0.1:4242, without a path')
  }
  return { protocol, host: url.hostname, port: Number(url.port) || PORTS[protocol] }
}
