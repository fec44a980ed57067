import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { describe, expect, it } from 'vitest'
import { createOpenSshKeyPair } from './openssh-key-pair.ts'
import { readOrCreateVerificationKey } from './verification-key.ts'

describe('verification key', () => {
  it('is made once, for its owner only, and is the same at every later start', async () => {
    const { file, remove } = await setup()
    const first = await readOrCreateVerificationKey(file)
    expect(first.publicKey).toMatch(/^ssh-ed25519 [\w+/=]+ berth-verification$/)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readOrCreateVerificationKey(file)).toEqual(first)
    await remove()
  })

  it('is one and the same for workers that start together', async () => {
    const { file, remove } = await setup()
    const keys = await Promise.all(Array.from({ length: 5 }, () => readOrCreateVerificationKey(file)))
    expect(new Set(keys.map(({ publicKey }) => publicKey)).size).toBe(1)
    await remove()
  })

  it('does not go on with a file that holds something else', async () => {
    const { file, remove } = await setup()
    await readOrCreateVerificationKey(file)
    await writeFile(file, 'ssh-ed25519 AAAA')
    await expect(readOrCreateVerificationKey(file)).rejects.toThrow(/no private key/)
    await remove()
  })
})

describe('openssh key pair', () => {
  it('is read and used by others, whatever bytes it happens to begin with', () => {
    for (let i = 0; i < 600; i += 1) {
      const pair = createOpenSshKeyPair('a comment')
      const [secret, open] = [ssh2.utils.parseKey(pair.privateKey), ssh2.utils.parseKey(pair.publicKey)]
      if (secret instanceof Error || open instanceof Error) throw new Error(`unreadable: ${pair.publicKey}`)
      expect(open.verify('data', secret.sign('data'))).toBe(true)
      expect(secret.comment).toBe('a comment')
    }
  })
})

async function setup() {
  const dir = await mkdtemp(join(tmpdir(), 'berth-key-'))
  return { file: join(dir, 'keys', 'verification'), remove: () => rm(dir, { recursive: true }) }
}
