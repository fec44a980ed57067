import type { RefusedKey } from './refused-key.ts'

/** Shorter RSA keys are below what NIST allows beyond 2030. */
const MIN_RSA_BITS = 3072
const MAX_RSA_BITS = 16_384
const POINT_BYTES: Record<string, number> = { nistp256: 65, nistp384: 97, nistp521: 133 }

type Verdict = { ok: true } | RefusedKey

const OK: Verdict = { ok: true }
const DAMAGED: Verdict = {
  ok: false,
  code: 'invalid_ssh_key',
  complaint: 'key_damaged',
  detail: 'The key is damaged or cut off. Copy the whole line of the .pub file again.',
}

/** The fields inside the base64 (RFC 4253 §6.6, RFC 5656, PROTOCOL.u2f): the type told outside must be the type inside, and nothing may follow. */
export function checkKeyBlob(type: string, blob: Buffer): Verdict {
  const fields = readFields(blob)
  if (!fields) return DAMAGED
  const [inner, ...parts] = fields
  if (inner?.toString('latin1') !== type) {
    return {
      ok: false,
      code: 'invalid_ssh_key',
      complaint: 'key_mismatch',
      detail: `The line says ${type}, but the key inside is of another type. Copy the .pub file unchanged.`,
    }
  }
  if (type === 'ssh-rsa') return checkRsa(parts)
  return /nistp\d+/.test(type) ? checkCurve(type, parts) : checkEd25519(type, parts)
}

const isSecurityKey = (type: string): boolean => type.startsWith('sk-')

function checkEd25519(type: string, parts: Buffer[]): Verdict {
  return matches(parts, isSecurityKey(type) ? [32, 'text'] : [32])
}

function checkCurve(type: string, parts: Buffer[]): Verdict {
  const curve = /nistp\d+/.exec(type)?.[0] ?? ''
  const [name, point] = parts
  // Why: 4 marks an uncompressed point, the only form OpenSSH writes.
  if (name?.toString('latin1') !== curve || point?.[0] !== 4) return DAMAGED
  const pointBytes = POINT_BYTES[curve] ?? 0
  return matches(parts, isSecurityKey(type) ? [curve.length, pointBytes, 'text'] : [curve.length, pointBytes])
}

/** Length-prefixed fields, or null where the lengths do not come out exactly at the end. */
function readFields(blob: Buffer): Buffer[] | null {
  const fields: Buffer[] = []
  let at = 0
  while (at < blob.length) {
    if (at + 4 > blob.length || fields.length === 5) return null
    const end = at + 4 + blob.readUInt32BE(at)
    if (end > blob.length) return null
    fields.push(blob.subarray(at + 4, end))
    at = end
  }
  return fields
}

function matches(parts: Buffer[], shape: (number | 'text')[]): Verdict {
  const fits =
    parts.length === shape.length &&
    shape.every((expected, i) =>
      expected === 'text' ? (parts[i]?.length ?? 0) > 0 : parts[i]?.length === expected,
    )
  return fits ? OK : DAMAGED
}

function checkRsa(parts: Buffer[]): Verdict {
  const [exponent, modulus] = parts
  if (parts.length !== 2 || !exponent || !modulus) return DAMAGED
  const bits = bitLength(modulus)
  if (bits === 0 || bits > MAX_RSA_BITS || bitLength(exponent) < 2 || (exponent.at(-1) ?? 0) % 2 === 0)
    return DAMAGED
  if (bits < MIN_RSA_BITS) {
    return {
      ok: false,
      code: 'weak_ssh_key',
      complaint: 'rsa_key_bits',
      limit: MIN_RSA_BITS,
      detail: `This RSA key has ${bits} bits; at least ${MIN_RSA_BITS} are needed. Make a better one with: ssh-keygen -t ed25519`,
    }
  }
  return OK
}

/** Of a positive multi-precision integer; 0 for a negative one, which no key holds. */
function bitLength(integer: Buffer): number {
  if ((integer[0] ?? 0x80) & 0x80) return 0
  const first = integer.findIndex((byte) => byte !== 0)
  if (first === -1) return 0
  return (integer.length - first - 1) * 8 + (32 - Math.clz32(integer[first] ?? 0))
}
