import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parsePublicKey } from './parse-public-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'berth-keys-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.for([
  ['ed25519', '0', 'ssh-ed25519'],
  ['ecdsa', '256', 'ecdsa-sha2-nistp256'],
  ['ecdsa', '384', 'ecdsa-sha2-nistp384'],
  ['ecdsa', '521', 'ecdsa-sha2-nistp521'],
  ['rsa', '3072', 'ssh-rsa'],
] as const)(
  'takes an %s key of %s bits and prints the fingerprint that ssh-keygen prints',
  ([kind, bits, type]) => {
    const { line, fingerprint } = generate(kind, bits, kind === 'rsa' ? '' : 'ada@laptop, home')
    expect(parsePublicKey(line)).toEqual({ ok: true, key: { type, line: line.trim(), fingerprint } })
  },
)

test('takes keys of hardware tokens', () => {
  const ed25519 = blob('sk-ssh-ed25519@openssh.com', Buffer.alloc(32, 7), 'ssh:')
  const ecdsa = blob(
    'sk-ecdsa-sha2-nistp256@openssh.com',
    'nistp256',
    Buffer.concat([Buffer.of(4), Buffer.alloc(64, 9)]),
    'ssh:',
  )
  for (const key of [ed25519, ecdsa]) expect(parsePublicKey(lineOf(key))).toMatchObject({ ok: true })
})

test('a key without a comment stays without one, and runs of blanks become one', () => {
  const [type, body] = generate('ed25519', '0', '').line.trim().split(' ')
  expect(parsePublicKey(`  ${type}   ${body}  `)).toMatchObject({
    ok: true,
    key: { line: `${type} ${body}` },
  })
})

test.for(['1024', '2048'])('an RSA key of %s bits is too weak', (bits) => {
  const result = parsePublicKey(generate('rsa', bits, '').line)
  expect(result).toMatchObject({ ok: false, code: 'weak_ssh_key' })
  expect(messageOf(result)).toContain(`${bits} bits; at least 3072`)
})

test('a DSA key is too weak', () => {
  expect(parsePublicKey('ssh-dss AAAAB3NzaC1kc3MAAACB me')).toMatchObject({ ok: false, code: 'weak_ssh_key' })
})

test('a private key is refused with a warning, whatever its format', () => {
  const { privateKey } = generate('ed25519', '0', '')
  for (const text of [
    privateKey,
    privateKey.replaceAll('OPENSSH', 'RSA'),
    'PuTTY-User-Key-File-3: ssh-ed25519',
  ]) {
    expect(messageOf(parsePublicKey(text))).toContain('This is a private key')
  }
})

test('PuTTY and PEM formats are named, with the way to convert them', () => {
  const { file } = generate('rsa', '3072', '')
  for (const format of ['RFC4716', 'PKCS8', 'PEM']) {
    const text = execFileSync('ssh-keygen', ['-e', '-m', format, '-f', `${file}.pub`], { encoding: 'utf8' })
    expect(messageOf(parsePublicKey(text))).toContain('PEM or PuTTY format')
  }
})

test('an options prefix never gets into authorized_keys', () => {
  const { line } = generate('ed25519', '0', '')
  for (const options of [
    'command="rm -rf /"',
    'restrict,pty',
    'from="10.0.0.1"',
    'environment="LD_PRELOAD=/x"',
    'no-pty',
  ]) {
    expect(messageOf(parsePublicKey(`${options} ${line}`))).toContain('begins with options')
  }
  expect(parsePublicKey(`"x" ${line}`).ok).toBe(false)
})

test('a second line never gets into authorized_keys', () => {
  const { line } = generate('ed25519', '0', 'me')
  for (const between of ['\n', '\r', '\r\n', '\u2028', '\u0085', '\v', '\f']) {
    expect(parsePublicKey(`${line.trim()}${between}ssh-ed25519 AAAA evil`).ok).toBe(false)
  }
})

test.for(['\0', '\u001b[2J', '\t', '\u202e', '\u200b'])(
  'control and invisible characters are refused: %j',
  (mark) => {
    const { line } = generate('ed25519', '0', 'me')
    expect(messageOf(parsePublicKey(`${line.trim()}${mark}x`))).toContain('without control characters')
  },
)

test('a key cut off anywhere is refused', () => {
  for (const [kind, bits] of [
    ['ed25519', '0'],
    ['ecdsa', '256'],
    ['rsa', '3072'],
  ] as const) {
    const [type, body = ''] = generate(kind, bits, '').line.trim().split(' ')
    for (let length = 0; length < body.length; length += 1) {
      expect(parsePublicKey(`${type} ${body.slice(0, length)}`).ok, `${kind} cut to ${length}`).toBe(false)
    }
  }
})

test('a type outside that differs from the type inside is refused', () => {
  const [, body] = generate('ed25519', '0', '').line.split(' ')
  expect(messageOf(parsePublicKey(`ssh-rsa ${body}`))).toContain('is of another type')
})

test('bytes after the key, odd lengths, compressed points and impossible numbers are refused', () => {
  const point = Buffer.concat([Buffer.of(4), Buffer.alloc(64, 9)])
  const modulus = Buffer.concat([Buffer.of(0, 0x80), Buffer.alloc(383, 1)])
  const damaged = [
    blob('ssh-ed25519', Buffer.alloc(32), 'more'),
    blob('ssh-ed25519', Buffer.alloc(31)),
    blob('ecdsa-sha2-nistp256', 'nistp384', point),
    blob('ecdsa-sha2-nistp256', 'nistp256', Buffer.alloc(65, 2)),
    blob('sk-ssh-ed25519@openssh.com', Buffer.alloc(32), ''),
    blob('ssh-rsa', Buffer.of(1), modulus),
    blob('ssh-rsa', Buffer.of(4), modulus),
    blob('ssh-rsa', Buffer.of(3), Buffer.alloc(385, 0x80)),
    blob('ssh-rsa', Buffer.of(3), Buffer.alloc(385)),
    blob('ssh-rsa', Buffer.of(3)),
    Buffer.concat([blob('ssh-ed25519', Buffer.alloc(32)), Buffer.of(0)]),
  ]
  for (const key of damaged)
    expect(parsePublicKey(lineOf(key))).toMatchObject({ ok: false, code: 'invalid_ssh_key' })
  expect(parsePublicKey(lineOf(blob('ssh-rsa', Buffer.of(3), modulus))).ok).toBe(true)
})

test('base64 that decodes to the same bytes but is not canonical is refused', () => {
  const [type, body = ''] = generate('ed25519', '0', '').line.trim().split(' ')
  for (const other of [`${body}=`, `${body}!`, body.replaceAll('A', '-')]) {
    expect(parsePublicKey(`${type} ${other}`).ok).toBe(false)
  }
})

test('certificates and unknown words are named', () => {
  expect(messageOf(parsePublicKey('ssh-ed25519-cert-v01@openssh.com AAAA'))).toContain('certificate')
  expect(messageOf(parsePublicKey('hello world'))).toContain('this begins with "hello"')
})

const messageOf = (result: ReturnType<typeof parsePublicKey>): string =>
  result.ok ? 'accepted' : result.detail

function generate(kind: string, bits: string, comment: string) {
  const file = join(folder, `${kind}-${bits}-${comment.length}`)
  const size = bits === '0' ? [] : ['-b', bits]
  if (!existsSync(file)) {
    execFileSync('ssh-keygen', ['-q', '-t', kind, ...size, '-N', '', '-C', comment, '-f', file])
  }
  const printed = execFileSync('ssh-keygen', ['-l', '-f', `${file}.pub`], { encoding: 'utf8' })
  return {
    file,
    line: readFileSync(`${file}.pub`, 'utf8'),
    privateKey: readFileSync(file, 'utf8'),
    fingerprint: printed.split(' ')[1],
  }
}

function blob(...fields: (string | Buffer)[]): Buffer {
  return Buffer.concat(
    fields.flatMap((field) => {
      const bytes = Buffer.from(field as Buffer)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}

/** The line whose type is the one inside the key. */
const lineOf = (key: Buffer): string =>
  `${key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1')} ${key.toString('base64')}`
