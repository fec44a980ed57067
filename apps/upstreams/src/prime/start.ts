import { listen } from '../kit/listen.ts'
import type { PrimeControl } from './control.ts'
import { createPrimeEmulator, DEFAULT_API_KEY, type PrimeEmulatorOptions } from './emulator.ts'

export interface StartedPrimeEmulator {
  /** What the adapter's base URL is set to; the real one is `https://api.primeintellect.ai/api/v1`. */
  readonly baseUrl: string
  /** A token the emulator lets in. */
  readonly apiKey: string
  readonly control: PrimeControl
  close(): Promise<void>
}

/** One Prime emulator on a loopback port, for tests: boots at once, stock that stands still. */
export async function startPrimeEmulator(
  options: PrimeEmulatorOptions & { readonly port?: number } = {},
): Promise<StartedPrimeEmulator> {
  const emulator = createPrimeEmulator(options)
  await emulator.restore()
  const server = await listen({ app: emulator.app, port: options.port ?? 0 })
  return {
    baseUrl: `${server.origin}/api/v1`,
    apiKey: options.apiKeys?.[0] ?? DEFAULT_API_KEY,
    control: emulator.control,
    async close() {
      await server.close()
      emulator.close()
    },
  }
}
