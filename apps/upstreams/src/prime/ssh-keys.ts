import { randomUUID } from 'node:crypto'
import ssh2 from 'ssh2'
import { z } from 'zod'

export const sshKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  publicKey: z.string(),
  isPrimary: z.boolean(),
  createdAtMs: z.number(),
})
export type SshKey = z.infer<typeof sshKeySchema>

interface SshKeysDeps {
  readonly nowMs: () => number
  readonly onChange: () => void
}

/** The account's registry of SSH keys: names may repeat, a pod names at most one, and the first is the primary one. */
export type SshKeys = ReturnType<typeof createSshKeys>

export function createSshKeys({ nowMs, onChange }: SshKeysDeps) {
  const keys = new Map<string, SshKey>()

  return {
    get: (id: string): SshKey | undefined => keys.get(id),
    primary: (): SshKey | undefined => [...keys.values()].find(({ isPrimary }) => isPrimary),
    list: (): readonly SshKey[] => [...keys.values()],
    /** Null where a line is no public key; a key may be several, a line each, as in authorized_keys. */
    add({ name, publicKey }: { name: string; publicKey: string }): SshKey | null {
      const lines = publicKey.split('\n').filter((line) => line.trim() !== '')
      const isBad = (line: string): boolean => ssh2.utils.parseKey(line.trim()) instanceof Error
      if (lines.length === 0 || lines.some(isBad)) return null
      const key = { id: randomUUID(), name, publicKey, isPrimary: keys.size === 0, createdAtMs: nowMs() }
      keys.set(key.id, key)
      onChange()
      return key
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

export const renderSshKey = ({ createdAtMs, ...key }: SshKey): Record<string, unknown> => ({
  ...key,
  userId: 'user_emulated',
  isUserKey: true,
  createdAt: new Date(createdAtMs).toISOString(),
  updatedAt: new Date(createdAtMs).toISOString(),
})
