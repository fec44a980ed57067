import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import ssh2 from 'ssh2'
import { createOpenSshKeyPair } from './openssh-key-pair.ts'

/** The orchestrator's own key pair: the public half goes into every pod beside the renter's keys, the private half looks inside. */
export interface VerificationKey {
  /** OpenSSH PEM; a secret. */
  privateKey: string
  /** One line as in authorized_keys, with a comment that tells a renter whose it is. */
  publicKey: string
}

const COMMENT = 'berth-verification'

/** A fresh ed25519 pair. */
export function createVerificationKey(): VerificationKey {
  return createOpenSshKeyPair(COMMENT)
}

/**
 * The pair kept in this file, made at first start and readable by its owner only. Several workers may start at once: whoever
 * creates the file wins, the others read what it wrote. Throws where the file holds no private key.
 */
export async function readOrCreateVerificationKey(file: string): Promise<VerificationKey> {
  const existing = await readIfThere(file)
  if (existing !== null) return verificationKeyOf(existing, file)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  // Why a link: it appears whole or not at all, and refuses where another worker was first.
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, createVerificationKey().privateKey, { flag: 'wx', mode: 0o600 })
  try {
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft)
  }
  return verificationKeyOf(await readFile(file, 'utf8'), file)
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** The pair behind a private key in OpenSSH PEM. */
export function verificationKeyOf(privateKey: string, source = 'the verification key'): VerificationKey {
  const parsed = ssh2.utils.parseKey(privateKey)
  if (parsed instanceof Error || !parsed.isPrivateKey()) {
    throw new Error(`${source} holds no private key in OpenSSH format; remove it to have a new one made`)
  }
  const publicKey = `${parsed.type} ${parsed.getPublicSSH().toString('base64')} ${COMMENT}`
  return { privateKey, publicKey }
}
