import { listen } from '../kit/listen.ts'
import type { VastControl } from './control.ts'
import { createVastEmulator, DEFAULT_API_KEY, type VastEmulatorOptions } from './emulator.ts'

export interface StartedVastEmulator {
  /** What the adapter's base URL is set to; the real one is `https://console.vast.ai`. */
  readonly baseUrl: string
  /** A key the emulator lets in. */
  readonly apiKey: string
  readonly control: VastControl
  close(): Promise<void>
}

/** One Vast.ai emulator on a loopback port, for tests: boots at once, no rate limits, asks that stand still. */
export async function startVastEmulator(
  options: VastEmulatorOptions & { readonly port?: number } = {},
): Promise<StartedVastEmulator> {
  const emulator = createVastEmulator(options)
  await emulator.restore()
  const server = await listen({ app: emulator.app, port: options.port ?? 0 })
  return {
    baseUrl: server.origin,
    apiKey: options.apiKeys?.[0] ?? DEFAULT_API_KEY,
    control: emulator.control,
    async close() {
      await server.close()
      emulator.close()
    },
  }
}
