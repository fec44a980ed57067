import { listen } from '../kit/listen.ts'
import type { StripeControl } from './control.ts'
import {
  createStripeEmulator,
  DEFAULT_SECRET_KEY,
  DEFAULT_WEBHOOK_SECRET,
  type StripeEmulatorOptions,
} from './emulator.ts'

export interface StartedStripeEmulator {
  /** `http://host:port`; the `stripe` client takes its parts as `host`, `port` and `protocol: 'http'`. */
  readonly baseUrl: string
  readonly host: string
  readonly port: number
  readonly apiKey: string
  readonly webhookSecret: string
  readonly control: StripeControl
  close(): Promise<void>
}

/** One Stripe emulator on a loopback port. */
export async function startStripeEmulator(
  options: StripeEmulatorOptions & { readonly host?: string; readonly port?: number } = {},
): Promise<StartedStripeEmulator> {
  const { host = '127.0.0.1' } = options
  const emulator = createStripeEmulator(options)
  const server = await listen({ app: emulator.app, host, port: options.port ?? 0 })
  return {
    baseUrl: server.origin,
    host,
    port: server.port,
    apiKey: options.apiKeys?.[0] ?? DEFAULT_SECRET_KEY,
    webhookSecret: options.webhookSecret ?? DEFAULT_WEBHOOK_SECRET,
    control: emulator.control,
    async close() {
      await server.close()
      emulator.close()
    },
  }
}
