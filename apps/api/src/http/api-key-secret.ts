import { createHash, randomBytes } from 'node:crypto'
import { API_KEY_START } from '@berth/contract/api-keys'

/** Without letters that read like figures; 32 of them, so that a random byte picks one evenly. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const LENGTH = 40
/** Of it, what everybody may see; the rest are 160 bits that nobody guesses. */
const SHOWN = 8

const FORM = new RegExp(`^${API_KEY_START}[${ALPHABET}]{${LENGTH}}$`)

export interface ApiKeySecret {
  secret: string
  prefix: string
  hash: Buffer
}

/** A fresh key, and what is kept of it. */
export function newApiKeySecret(): ApiKeySecret {
  const letters = Array.from(randomBytes(LENGTH), (byte) => ALPHABET.charAt(byte % ALPHABET.length))
  const secret = `${API_KEY_START}${letters.join('')}`
  return { secret, prefix: prefixOf(secret), hash: hashOf(secret) }
}

export const looksLikeApiKey = (token: string): boolean => FORM.test(token)

export const prefixOf = (secret: string): string => secret.slice(0, API_KEY_START.length + SHOWN)

export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()
