import { createHash } from 'node:crypto'
import { ID_PREFIXES } from '@berth/contract/ids'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 26

/** The name by which a session is spoken of: made of the id in its cookie, which it does not give away. */
export function sessionIdOf(sid: string): string {
  const digest = createHash('sha256').update(`session:${sid}`).digest().subarray(0, LENGTH)
  const letters = Array.from(digest, (byte) => ALPHABET.charAt(byte % ALPHABET.length))
  return `${ID_PREFIXES.session}_${letters.join('')}`
}
