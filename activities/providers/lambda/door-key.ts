import { ProviderError } from '../provider-error.ts'
import { createOpenSshKeyPair } from '../ssh/openssh-key-pair.ts'
import type { LambdaApi } from './api.ts'

/** The one key that our account there has registered. */
export const DOOR_KEY_NAME = 'berth-no-login'

/** Keeps the registered key there without asking before every launch. */
export interface DoorKey {
  /** Resolves once the key is registered. */
  ensure(signal: AbortSignal): Promise<void>
  /** Looks again; true where the key had been lost and is there now. */
  restore(signal: AbortSignal): Promise<boolean>
}

/**
 * A launch must name exactly one registered key, and registered keys belong to the account that all renters share. So one
 * is registered whose private half is thrown away at birth: it opens nothing for anybody, and the renters' own keys travel
 * with each machine's user data instead.
 */
export function createDoorKey({ api }: { api: LambdaApi }): DoorKey {
  let known = false

  async function restore(signal: AbortSignal): Promise<boolean> {
    known = (await api.sshKeyNames(signal)).includes(DOOR_KEY_NAME)
    if (known) return false
    const { publicKey } = createOpenSshKeyPair(DOOR_KEY_NAME)
    await api.addSshKey({ name: DOOR_KEY_NAME, public_key: publicKey }, signal).catch((error: unknown) => {
      if (!(error instanceof ProviderError && error.words.includes('global/duplicate'))) throw error
    })
    known = true
    return true
  }

  return {
    restore,
    async ensure(signal) {
      if (!known) await restore(signal)
    },
  }
}
