import { listen } from '../kit/listen.ts'
import type { ShadeformControl } from './control.ts'
import { createShadeformEmulator, DEFAULT_API_KEY, type ShadeformEmulatorOptions } from './emulator.ts'

export interface StartedShadeformEmulator {
  /** What the adapter's base URL is set to; the real one is `https://api.shadeform.ai/v1`. */
  readonly baseUrl: string
  /** A key the emulator lets in. */
  readonly apiKey: string
  readonly control: ShadeformControl
  close(): Promise<void>
}

/** One Shadeform emulator on a loopback port, for tests: boots at once, stock that stands still. */
export async function startShadeformEmulator(
  options: ShadeformEmulatorOptions & { readonly port?: number } = {},
): Promise<StartedShadeformEmulator> {
  const emulator = createShadeformEmulator(options)
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
