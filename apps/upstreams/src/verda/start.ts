import { listen } from '../kit/listen.ts'
import type { VerdaControl } from './control.ts'
import { createVerdaEmulator, DEFAULT_CREDENTIALS, type VerdaEmulatorOptions } from './emulator.ts'
import type { Credentials } from './tokens.ts'

export interface StartedVerdaEmulator {
  /** What the adapter's base URL is set to; the real one is `https://api.verda.com/v1`. */
  readonly baseUrl: string
  readonly credentials: Credentials
  readonly control: VerdaControl
  close(): Promise<void>
}

/** One Verda emulator on a loopback port, for tests: boots at once, stock that stands still. */
export async function startVerdaEmulator(
  options: VerdaEmulatorOptions & { readonly port?: number } = {},
): Promise<StartedVerdaEmulator> {
  const emulator = createVerdaEmulator(options)
  await emulator.restore()
  const server = await listen({ app: emulator.app, port: options.port ?? 0 })
  return {
    baseUrl: `${server.origin}/v1`,
    credentials: options.credentials ?? DEFAULT_CREDENTIALS,
    control: emulator.control,
    async close() {
      await server.close()
      emulator.close()
    },
  }
}
