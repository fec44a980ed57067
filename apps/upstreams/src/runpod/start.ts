import { listen } from '../kit/listen.ts'
import type { RunPodControl } from './control.ts'
import { createRunPodEmulator, DEFAULT_API_KEY, type RunPodEmulatorOptions } from './emulator.ts'

export interface StartedRunPodEmulator {
  /** What the adapter's base URL is set to; the real one is `https://api.runpod.io/v2`. */
  readonly baseUrl: string
  /** A key the emulator lets in. */
  readonly apiKey: string
  readonly control: RunPodControl
  close(): Promise<void>
}

/** One RunPod emulator on a loopback port, for tests: boots at once, generous quota, stock that stands still. */
export async function startRunPodEmulator(
  options: RunPodEmulatorOptions & { readonly port?: number } = {},
): Promise<StartedRunPodEmulator> {
  const emulator = createRunPodEmulator(options)
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
