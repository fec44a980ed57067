import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ssh2 from 'ssh2'

/** The key emulated pods prove themselves with; kept in the state folder so that known_hosts survive a restart. */
export function loadHostKey(stateDir: string | null): string {
  if (stateDir === null) return freshKey()
  const file = join(stateDir, 'ssh-host-key')
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const key = freshKey()
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  writeFileSync(file, key, { mode: 0o600 })
  return key
}

/** ECDSA, since one in some 250 of the ed25519 keys that this library writes cannot be read back by it. */
const freshKey = (): string => ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private
