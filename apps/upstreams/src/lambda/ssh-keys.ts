import { randomUUID } from 'node:crypto'
import ssh2 from 'ssh2'
import { z } from 'zod'
import { type ApiError, invalid } from './api-error.ts'

export const sshKeySchema = z.object({ id: z.string(), name: z.string(), public_key: z.string() })
export type SshKey = z.infer<typeof sshKeySchema>

export type AddedKey =
  | { readonly ok: true; readonly key: SshKey & { private_key?: string } }
  | { readonly ok: false; readonly error: ApiError }

/** The account's registry of SSH keys: names are unique, and a launch names exactly one. */
export type SshKeys = ReturnType<typeof createSshKeys>

export function createSshKeys({ onChange }: { onChange: () => void }) {
  const keys = new Map<string, SshKey>()
  const byName = (name: string): SshKey | undefined => [...keys.values()].find((key) => key.name === name)

  return {
    byName,
    list: (): readonly SshKey[] => [...keys.values()],
    /** Makes a pair where no public key is given, and shows its private half this one time. */
    add({ name, public_key: given }: { name: string; public_key?: string | undefined }): AddedKey {
      if (byName(name) !== undefined) {
        const message = `An SSH key named "${name}" already exists.`
        return { ok: false, error: { status: 400, code: 'global/duplicate', message } }
      }
      if (given !== undefined && ssh2.utils.parseKey(given) instanceof Error) {
        return { ok: false, error: invalid('Invalid SSH public key.') }
      }
      const pair = given === undefined ? ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }) : null
      const key = { id: randomUUID().replaceAll('-', ''), name, public_key: given ?? pair?.public ?? '' }
      keys.set(key.id, key)
      onChange()
      return { ok: true, key: { ...key, ...(pair !== null && { private_key: pair.private }) } }
    },
    remove(id: string): boolean {
      const removed = keys.delete(id)
      onChange()
      return removed
    },
    restore(state: readonly SshKey[]): void {
      for (const key of state) keys.set(key.id, key)
    },
  }
}
