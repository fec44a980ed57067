import { listen } from '../kit/listen.ts'
import type { HyperstackControl } from './control.ts'
import { createHyperstackEmulator, DEFAULT_API_KEY, type HyperstackEmulatorOptions } from './emulator.ts'

export interface StartedHyperstackEmulator {
  /** What the adapter's base URL is set to; the real one is `https://infrahub-api.nexgencloud.com/v1`. */
  readonly baseUrl: string
  /** A key the emulator lets in. */
  readonly apiKey: string
  readonly control: HyperstackControl
  close(): Promise<void>
}

/** One Hyperstack emulator on a loopback port, for tests: boots at once, generous limit, stock that stands still. */
export async function startHyperstackEmulator(
  options: HyperstackEmulatorOptions & { readonly port?: number } = {},
): Promise<StartedHyperstackEmulator> {
  const emulator = createHyperstackEmulator(options)
  await emulator.restore()
  const server = await listen({ app: emulator.app, port: options.port ?? 0 })
  return {
    baseUrl: `${server.origin}/v1`,
    apiKey: options.apiKeys?.[0] ?? DEFAULT_API_KEY,
    control: emulator.control,
    async close() {
      await server.close()
      emulator.close()
    },
  }
}
