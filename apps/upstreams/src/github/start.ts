import { listen } from '../kit/listen.ts'
import {
  createGithubEmulator,
  DEFAULT_APPLICATION,
  type GithubControl,
  type GithubEmulatorOptions,
} from './emulator.ts'

export interface StartedGithubEmulator {
  /** Stands for both `https://github.com` (the sign-in) and `https://api.github.com` (who one is). */
  readonly baseUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly control: GithubControl
  close(): Promise<void>
}

/** One GitHub emulator on a loopback port. */
export async function startGithubEmulator(
  options: GithubEmulatorOptions & { readonly host?: string; readonly port?: number } = {},
): Promise<StartedGithubEmulator> {
  const emulator = createGithubEmulator(options)
  const server = await listen({
    app: emulator.app,
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
  })
  return {
    baseUrl: server.origin,
    clientId: options.clientId ?? DEFAULT_APPLICATION.clientId,
    clientSecret: options.clientSecret ?? DEFAULT_APPLICATION.clientSecret,
    control: emulator.control,
    async close() {
      await server.close()
      emulator.close()
    },
  }
}
