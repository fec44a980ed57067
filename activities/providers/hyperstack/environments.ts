import { ProviderError } from '../provider-error.ts'
import { createOpenSshKeyPair } from '../ssh/openssh-key-pair.ts'
import type { HyperstackApi } from './api.ts'

/** The one key that our account has registered in each of its environments. */
export const DOOR_KEY_NAME = 'berth-no-login'

/** The environment that our machines of one region are in. */
export const environmentOf = (region: string): string => `berth-${region.toLowerCase()}`

/** Keeps what a launch in a region must name there without asking before every launch. */
export interface Environments {
  /** Resolves once the region has our environment with our key in it. */
  ensure(region: string, signal: AbortSignal): Promise<void>
  /** Looks again; true where something had been lost and is there now. */
  restore(region: string, signal: AbortSignal): Promise<boolean>
}

/**
 * A machine is made in an environment, which is in one region, and names one key pair registered in it. Registered keys belong
 * to the account that all renters share, so the private half of ours is thrown away at birth: it opens nothing for anybody, and
 * the renters' own keys travel with each machine's user data.
 */
export function createEnvironments({ api }: { api: HyperstackApi }): Environments {
  const ready = new Set<string>()

  async function addEnvironment(region: string, signal: AbortSignal): Promise<boolean> {
    const name = environmentOf(region)
    if ((await api.environments(signal)).some((environment) => environment.name === name)) return false
    await unlessThere(api.addEnvironment({ name, region }, signal))
    return true
  }

  async function addKey(region: string, signal: AbortSignal): Promise<boolean> {
    const environment = environmentOf(region)
    const keypairs = await api.keypairs(signal)
    const isOurs = ({ name, environment: where }: (typeof keypairs)[number]): boolean =>
      name === DOOR_KEY_NAME && where?.name === environment
    if (keypairs.some(isOurs)) return false
    const { publicKey } = createOpenSshKeyPair(DOOR_KEY_NAME)
    const keypair = { name: DOOR_KEY_NAME, environment_name: environment, public_key: publicKey }
    await unlessThere(api.addKeypair(keypair, signal))
    return true
  }

  async function restore(region: string, signal: AbortSignal): Promise<boolean> {
    ready.delete(region)
    const environmentAdded = await addEnvironment(region, signal)
    const keyAdded = await addKey(region, signal)
    ready.add(region)
    return environmentAdded || keyAdded
  }

  return {
    restore,
    async ensure(region, signal) {
      if (!ready.has(region)) await restore(region, signal)
    },
  }
}

/** Another process may have made it in the same moment. */
async function unlessThere(made: Promise<void>): Promise<void> {
  try {
    await made
  } catch (error) {
    if (!(error instanceof ProviderError && error.status === 409)) throw error
  }
}
