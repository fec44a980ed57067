import { listen } from '../kit/listen.ts'
import type { TensorDockControl } from './control.ts'
import { createTensorDockEmulator, DEFAULT_API_KEY, type TensorDockEmulatorOptions } from './emulator.ts'

export interface StartedTensorDockEmulator {
  /** What the adapter's base URL is set to; the real one is `https://dashboard.tensordock.com/api/v2`. */
  readonly baseUrl: string
  /** A token the emulator lets in. */
  readonly apiKey: string
  readonly control: TensorDockControl
  close(): Promise<void>
}

/** One TensorDock emulator on a loopback port, for tests: boots at once, generous limit, stock that stands still. */
export async function startTensorDockEmulator(
  options: TensorDockEmulatorOptions & { readonly port?: number } = {},
): Promise<StartedTensorDockEmulator> {
  const emulator = createTensorDockEmulator(options)
  await emulator.restore()
  const server = await listen({ app: emulator.app, port: options.port ?? 0 })
  return {
    baseUrl: `${server.origin}/api/v2`,
    apiKey: options.apiKeys?.[0] ?? DEFAULT_API_KEY,
    control: emulator.control,
    async close() {
      await server.close()
      emulator.close()
    },
  }
}
