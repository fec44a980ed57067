import { generateKeyPairSync, randomBytes } from 'node:crypto'

const TYPE = 'ssh-ed25519'
const CIPHER_BLOCK_BYTES = 8

/**
 * A fresh ed25519 pair: an unencrypted private key as OpenSSH writes it (PROTOCOL.key) and the one-line public key. Done
 * here because ssh2's own generator (1.17) loses a leading zero byte and so makes an unreadable key once in some 200 pairs.
 */
export function createOpenSshKeyPair(comment: string): { privateKey: string; publicKey: string } {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const seed = Buffer.from(jwk.d ?? '', 'base64url')
  const point = Buffer.from(jwk.x ?? '', 'base64url')
  const publicBlob = Buffer.concat([field(TYPE), field(point)])
  const check = randomBytes(4)
  const secret = pad(
    Buffer.concat([check, check, publicBlob, field(Buffer.concat([seed, point])), field(comment)]),
  )
  const container = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    uint32(1),
    field(publicBlob),
    field(secret),
  ])
  const armoured = container.toString('base64').replace(/(.{70})/g, '$1\n')
  return {
    privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${armoured}\n-----END OPENSSH PRIVATE KEY-----\n`,
    publicKey: `${TYPE} ${publicBlob.toString('base64')} ${comment}`,
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** The `string` of the SSH wire: its length, then its bytes. */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([uint32(bytes.length), bytes])
}

/** 1, 2, 3, … up to the block size, as the format wants it. */
function pad(section: Buffer): Buffer {
  const missing = (CIPHER_BLOCK_BYTES - (section.length % CIPHER_BLOCK_BYTES)) % CIPHER_BLOCK_BYTES
  return Buffer.concat([section, Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))])
}
