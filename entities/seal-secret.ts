import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Encrypts a secret that has to be used later, so that a copy of the database alone opens nothing (AES-256-GCM). `label` is
 * the row it belongs to: sealed text that is moved to another row does not open there.
 */
export function sealSecret(
  plain: string,
  { keys, label }: { keys: readonly string[]; label: string },
): string {
  const [newest] = keys
  if (newest === undefined) throw new Error('there is no key to seal with')
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, keyOf(newest), iv).setAAD(Buffer.from(label))
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
}

/** Opens with whichever of the keys fits, so that a key can be replaced. Throws where none does. */
export function openSecret(
  sealed: string,
  { keys, label }: { keys: readonly string[]; label: string },
): string {
  const bytes = Buffer.from(sealed, 'base64url')
  for (const key of keys) {
    const decipher = createDecipheriv(CIPHER, keyOf(key), bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(Buffer.from(label)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    try {
      const plain = [decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]
      return Buffer.concat(plain).toString('utf8')
    } catch {
      // Why: the tag does not match, so this is not the key it was sealed with; the next one may be.
    }
  }
  throw new Error(`the secret of ${label} was sealed with a key that is not among SECRETS_KEY`)
}

/** The setting is random text of 32 characters or more: a hash of it has all the strength the cipher needs. */
const keyOf = (setting: string): Buffer => createHash('sha256').update(setting).digest()
