import { listen } from '../kit/listen.ts'
import type { LambdaControl } from './control.ts'
import { createLambdaEmulator, DEFAULT_API_KEY, type LambdaEmulatorOptions } from './emulator.ts'

export interface StartedLambdaEmulator {
  /** What the adapter's base URL is set to; the real one is `https://cloud.lambda.ai/api/v1`. */
  readonly baseUrl: string
  /** A key the emulator lets in. */
  readonly apiKey: string
  readonly control: LambdaControl
  close(): Promise<void>
}

/** One Lambda emulator on a loopback port, for tests: boots at once, generous limits, stock that stands still. */
export async function startLambdaEmulator(
  options: LambdaEmulatorOptions & { readonly port?: number } = {},
): Promise<StartedLambdaEmulator> {
  const emulator = createLambdaEmulator(options)
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
