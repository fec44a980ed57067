import { createHash } from 'node:crypto'
import ssh2, { type ClientErrorExtensions } from 'ssh2'
import type { SshEndpoint } from '../port.ts'

export type SshRun =
  | { ok: true; hostKeyFingerprint: string; code: number; stdout: string; stderr: string }
  /** The fingerprint is known wherever the handshake came so far, as on `auth_refused`. */
  | {
      ok: false
      reason: 'unreachable' | 'not_ssh' | 'auth_refused'
      words: string
      hostKeyFingerprint: string | null
    }

export interface RunOverSshOptions {
  ssh: SshEndpoint
  /** Null shakes hands only, which ends in `auth_refused` with the fingerprint. */
  privateKey: string | null
  command: string
  timeoutMs: number
  signal?: AbortSignal
}

const MAX_OUTPUT_CHARS = 64 * 1024

/** Logs in with a key, runs one command, and leaves. Everything that can go wrong out there is a value, never a throw. */
export function runOverSsh({
  ssh,
  privateKey,
  command,
  timeoutMs,
  signal,
}: RunOverSshOptions): Promise<SshRun> {
  return new Promise((resolve) => {
    const client = new ssh2.Client()
    let hostKeyFingerprint: string | null = null

    function finish(result: SshRun): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', calledOff)
      client.destroy()
      resolve(result)
    }
    const fail = (reason: 'unreachable' | 'not_ssh' | 'auth_refused', words: string): void =>
      finish({ ok: false, reason, words, hostKeyFingerprint })
    const calledOff = (): void => fail('unreachable', 'called off')
    const timer = setTimeout(() => fail('unreachable', `no answer within ${timeoutMs} ms`), timeoutMs)
    signal?.addEventListener('abort', calledOff, { once: true })

    client.on('error', (error: Error & ClientErrorExtensions) => fail(reasonOf(error), error.message))
    client.on('close', () => fail('unreachable', 'the connection was closed'))
    client.on('ready', () => {
      collect(client, command).then(
        (output) => finish({ ok: true, hostKeyFingerprint: hostKeyFingerprint ?? '', ...output }),
        (error: Error) => fail('unreachable', error.message),
      )
    })
    client.connect({
      host: ssh.host,
      port: ssh.port,
      username: ssh.user,
      readyTimeout: timeoutMs,
      ...(privateKey === null ? {} : { privateKey }),
      hostVerifier(key: Buffer) {
        hostKeyFingerprint = fingerprintOf(key)
        // Why accepted: a pod is a new host each time; its key is recorded for the renter to compare.
        return true
      },
    })
  })
}

/** As `ssh-keygen -l` prints it. */
export function fingerprintOf(hostKey: Buffer): string {
  return `SHA256:${createHash('sha256').update(hostKey).digest('base64').replace(/=+$/, '')}`
}

export function reasonOf({ level }: ClientErrorExtensions): 'unreachable' | 'not_ssh' | 'auth_refused' {
  if (level === 'client-authentication') return 'auth_refused'
  return level === 'protocol' || level === 'handshake' ? 'not_ssh' : 'unreachable'
}

function collect(
  client: ssh2.Client,
  command: string,
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) {
        reject(error)
        return
      }
      const output = { stdout: '', stderr: '' }
      let exitCode: number | null = null
      const add = (name: 'stdout' | 'stderr') => (chunk: Buffer) => {
        output[name] = (output[name] + chunk.toString('utf8')).slice(0, MAX_OUTPUT_CHARS)
      }
      channel.on('data', add('stdout'))
      channel.stderr.on('data', add('stderr'))
      channel.on('exit', (code: number | null) => (exitCode = code))
      // Why -1: a command ended by a signal has no exit code, and did not succeed.
      channel.on('close', () => resolve({ code: exitCode ?? -1, ...output }))
    })
  })
}
