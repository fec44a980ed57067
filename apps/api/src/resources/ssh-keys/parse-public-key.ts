import type { FieldComplaint } from '@berth/contract/field-complaints'
import { createHash } from 'node:crypto'
import { checkKeyBlob } from './check-key-blob.ts'
import type { RefusedKey } from './refused-key.ts'

export interface ParsedPublicKey {
  type: string
  /** One line as OpenSSH reads it: type, base64, comment. No options, ever. */
  line: string
  /** `SHA256:…` as `ssh-keygen -l` prints it. */
  fingerprint: string
}

export type ParseResult = { ok: true; key: ParsedPublicKey } | RefusedKey

/** Also the Unicode line separators and the marks that reverse writing: a key must look like what it is. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
const TYPES = new Set([
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
  'ssh-rsa',
])

/**
 * Reads one OpenSSH public key line, strictly: what passes here is written into `authorized_keys` of a pod, where an
 * options prefix or a second line would be somebody's way in.
 */
export function parsePublicKey(text: string): ParseResult {
  const line = text.trim()
  const mistake = commonMistake(line)
  if (mistake) return mistake
  if (FORBIDDEN.test(line)) {
    return invalid(
      'key_lines',
      'The key must be one line without control characters. Paste the single line of the .pub file.',
    )
  }
  const [type = '', encoded = '', ...rest] = line.split(/ +/)
  if (!TYPES.has(type)) return unknownType(type)
  const blob = Buffer.from(encoded, 'base64')
  if (encoded === '' || blob.toString('base64') !== encoded) {
    return invalid(
      'key_damaged',
      'The part after the type is not valid base64; the key is probably cut off. Copy the whole line.',
    )
  }
  const verdict = checkKeyBlob(type, blob)
  if (!verdict.ok) return verdict
  return {
    ok: true,
    key: {
      type,
      line: [type, encoded, ...rest].join(' '),
      fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
    },
  }
}

function commonMistake(text: string): ParseResult | null {
  if (/PRIVATE KEY/.test(text) || text.startsWith('PuTTY-User-Key-File')) {
    return invalid(
      'private_key',
      'This is a private key. It was not stored, but treat it as exposed. Paste the public key: the one line of the .pub file.',
    )
  }
  if (/BEGIN (SSH2 )?PUBLIC KEY|BEGIN RSA PUBLIC KEY/.test(text)) {
    return invalid(
      'other_key_format',
      'This is a key in PEM or PuTTY format. In PuTTYgen copy the field "Public key for pasting", or run: ssh-keygen -i -f key.pub',
    )
  }
  if (/BEGIN CERTIFICATE|-cert-v0\d@openssh\.com/.test(text)) {
    return invalid(
      'key_certificate',
      'This is a certificate. Paste the plain public key that it was made for.',
    )
  }
  if (/[\r\n]/.test(text))
    return invalid('key_lines', 'Paste exactly one key on one line; add further keys one by one.')
  return null
}

function unknownType(type: string): ParseResult {
  if (type === 'ssh-dss') {
    return {
      ok: false,
      code: 'weak_ssh_key',
      complaint: 'dsa_key',
      detail: 'DSA keys are broken and no server takes them. Make one with: ssh-keygen -t ed25519',
    }
  }
  if (/^(command|environment|from|no-|permit|restrict|cert-authority|principals|tunnel)/.test(type)) {
    return invalid(
      'key_options',
      'The line begins with options. Paste only the key: type, base64 and comment.',
    )
  }
  return invalid(
    'key_type',
    `A public key begins with its type, such as "ssh-ed25519 AAAA…"; this begins with "${type.slice(0, 40)}".`,
  )
}

const invalid = (complaint: FieldComplaint, detail: string): ParseResult => ({
  ok: false,
  code: 'invalid_ssh_key',
  complaint,
  detail,
})
