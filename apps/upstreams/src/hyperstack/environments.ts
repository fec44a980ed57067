import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { type ApiError, invalid, missing, nameTaken } from './api-error.ts'
import { REGIONS } from './flavors.ts'

export const environmentSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  region: z.string(),
  createdAtMs: z.number(),
})
export type Environment = z.infer<typeof environmentSchema>

export const keypairSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  environment: z.string(),
  publicKey: z.string(),
  createdAtMs: z.number(),
})
export type Keypair = z.infer<typeof keypairSchema>

const name = z.string().min(1).max(50)
const newEnvironmentSchema = z.object({ name, region: z.string() })
const newKeypairSchema = z.object({
  name,
  environment_name: z.string(),
  public_key: z.string().regex(/^(ssh|ecdsa)-\S+ \S+/),
})

type Made<T> = { readonly ok: true; readonly made: T } | { readonly ok: false; readonly error: ApiError }

/** Environments, each in one region, with the key pairs registered in them. */
export type Environments = ReturnType<typeof createEnvironments>

export function createEnvironments({ nowMs, onChange }: { nowMs: () => number; onChange: () => void }) {
  let environments: Environment[] = []
  let keypairs: Keypair[] = []
  const refuse = <T>(error: ApiError): Made<T> => ({ ok: false, error })
  const newId = (): number => randomInt(1_000, 1_000_000)

  return {
    environments: (): readonly Environment[] => environments,
    /** With the key pairs in it, as by hand in the console. */
    removeEnvironment(wanted: string): void {
      environments = environments.filter((environment) => environment.name !== wanted)
      keypairs = keypairs.filter((keypair) => keypair.environment !== wanted)
      onChange()
    },
    keypairs: (): readonly Keypair[] => keypairs,
    find: (wanted: string): Environment | undefined =>
      environments.find((environment) => environment.name === wanted),
    findKeypair: (environment: string, wanted: string): Keypair | undefined =>
      keypairs.find((keypair) => keypair.environment === environment && keypair.name === wanted),
    add(input: unknown): Made<Environment> {
      const body = newEnvironmentSchema.safeParse(input)
      if (!body.success) return refuse(invalid(z.prettifyError(body.error)))
      const { name: wanted, region } = body.data
      if (!REGIONS.some((known) => known === region)) return refuse(missing('Region'))
      if (environments.some((environment) => environment.name === wanted))
        return refuse(nameTaken('An environment'))
      const made = { id: newId(), name: wanted, region, createdAtMs: nowMs() }
      environments = [...environments, made]
      onChange()
      return { ok: true, made }
    },
    addKeypair(input: unknown): Made<Keypair> {
      const body = newKeypairSchema.safeParse(input)
      if (!body.success) return refuse(invalid(z.prettifyError(body.error)))
      const { name: wanted, environment_name: environment, public_key: publicKey } = body.data
      if (!environments.some((known) => known.name === environment)) return refuse(missing('Environment'))
      if (keypairs.some((keypair) => keypair.environment === environment && keypair.name === wanted))
        return refuse(nameTaken('A key pair'))
      const made = { id: newId(), name: wanted, environment, publicKey, createdAtMs: nowMs() }
      keypairs = [...keypairs, made]
      onChange()
      return { ok: true, made }
    },
    removeKeypair(id: number): boolean {
      const before = keypairs.length
      keypairs = keypairs.filter((keypair) => keypair.id !== id)
      onChange()
      return keypairs.length < before
    },
    restore(state: { environments: Environment[]; keypairs: Keypair[] }): void {
      environments = state.environments
      keypairs = state.keypairs
    },
  }
}
