import { listen } from '../kit/listen.ts'
import type { DigitalOceanControl } from './control.ts'
import { createDigitalOceanEmulator, DEFAULT_API_KEY, type DigitalOceanEmulatorOptions } from './emulator.ts'

export interface StartedDigitalOceanEmulator {
  /** What the adapter's base URL is set to; the real one is `https://api.digitalocean.com/v2`. */
  readonly baseUrl: string
  /** A token the emulator lets in. */
  readonly apiKey: string
  readonly control: DigitalOceanControl
  close(): Promise<void>
}

/** One DigitalOcean emulator on a loopback port, for tests: boots at once, generous limits, stock that stands still. */
export async function startDigitalOceanEmulator(
  options: DigitalOceanEmulatorOptions & { readonly port?: number } = {},
): Promise<StartedDigitalOceanEmulator> {
  const emulator = createDigitalOceanEmulator(options)
  await emulator.restore()
  const server = await listen({ app: emulator.app, port: options.port ?? 0 })
  return {
    baseUrl: `${server.origin}/v2`,
    apiKey: options.apiKeys?.[0] ?? DEFAULT_API_KEY,
    control: emulator.control,
    async close() {
      await server.close()
      emulator.close()
    },
  }
}
