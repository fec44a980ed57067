import type { Express, Router } from 'express'
import { z } from 'zod'
import type { EmulatorClock } from './clock.ts'

/** What every emulated cloud is to the process that runs it. */
export interface CloudEmulator {
  readonly name: string
  readonly app: Express
  readonly controlRouter: Router
  /** Takes up what an earlier process left; call before listening. */
  restore(): Promise<void>
  close(): void
}

/** What a cloud is started with beside the others: one host, one clock, one folder for what survives. */
export interface CloudSurroundings {
  readonly host: string
  readonly clock: EmulatorClock
  readonly stateDir: string | null
}

export interface CloudSettings {
  readonly port: number
  readonly apiKey: string
  readonly bootMs: number
}

/** One cloud on the list of those that start together. */
export interface Cloud {
  readonly name: string
  /** Where its API lives beneath the origin. */
  readonly basePath: string
  /** Used where the environment says nothing. */
  readonly defaults: CloudSettings
  /** As people meet it: stock that changes, the limits of the real one. */
  create(settings: CloudSettings, surroundings: CloudSurroundings): CloudEmulator
}

/** Reads `<NAME>_EMULATOR_PORT`, `_API_KEY` and `_BOOT_MS`; throws with every wrong one named. */
export function readCloudSettings(
  { name, defaults }: Pick<Cloud, 'name' | 'defaults'>,
  env: Readonly<Record<string, string | undefined>>,
): CloudSettings {
  const prefix = `${name.toUpperCase()}_EMULATOR`
  const given = Object.fromEntries(
    Object.entries(env).filter(([key, value]) => key.startsWith(prefix) && value !== ''),
  )
  const [port, apiKey, bootMs] = [`${prefix}_PORT`, `${prefix}_API_KEY`, `${prefix}_BOOT_MS`] as const
  const schema = z.object({
    [port]: z.coerce.number().int().min(0).max(65_535).default(defaults.port),
    [apiKey]: z.string().default(defaults.apiKey),
    [bootMs]: z.coerce.number().int().min(0).default(defaults.bootMs),
  })
  const result = schema.safeParse(given)
  if (!result.success)
    throw new Error(`wrong settings of the emulated ${name}:\n${z.prettifyError(result.error)}`)
  const read = result.data
  return { port: Number(read[port]), apiKey: String(read[apiKey]), bootMs: Number(read[bootMs]) }
}
