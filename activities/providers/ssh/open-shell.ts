import ssh2, { type ClientChannel, type ClientErrorExtensions } from 'ssh2'
import type { SshFailure } from '@berth/contract/pod-access'
import type { SshEndpoint } from '../port.ts'
import { fingerprintOf, reasonOf } from './run-over-ssh.ts'

export interface Shell {
  /** Bytes from the pod; stops coming while paused. */
  onData: (listener: (bytes: Buffer) => void) => void
  /** Once, when the shell has ended or the connection is lost. Code null: lost. */
  onEnd: (listener: (code: number | null) => void) => void
  write: (bytes: Buffer) => void
  resize: (size: TerminalSize) => void
  pause: () => void
  resume: () => void
  close: () => void
}

export interface TerminalSize {
  columns: number
  rows: number
}

/** `words`: what the connection said; of `other_host`, the fingerprint that was seen. */
export type OpenedShell = { ok: true; shell: Shell } | { ok: false; reason: SshFailure; words: string }

export interface OpenShellOptions {
  ssh: SshEndpoint
  privateKey: string
  /** The fingerprint seen when the pod was handed over; another one is refused. Null where none was seen. */
  hostKeyFingerprint: string | null
  size: TerminalSize
  timeoutMs: number
}

const KEEPALIVE_MS = 15_000
const KEEPALIVE_MISSES = 3

/** Logs in and opens an interactive shell in a terminal of this size. What goes wrong is a value, never a throw. */
export function openShell(options: OpenShellOptions): Promise<OpenedShell> {
  const { ssh, privateKey, hostKeyFingerprint, size, timeoutMs } = options
  return new Promise((resolve) => {
    const client = new ssh2.Client()
    let otherHost: string | null = null
    const fail = (reason: SshFailure, words: string): void => {
      client.destroy()
      resolve({ ok: false, reason, words })
    }
    client.on('error', (error: Error & ClientErrorExtensions) =>
      otherHost === null ? fail(reasonOf(error), error.message) : fail('other_host', otherHost),
    )
    client.on('close', () => fail('unreachable', 'the connection was closed'))
    client.on('ready', () => {
      client.shell({ term: 'xterm-256color', cols: size.columns, rows: size.rows }, (error, channel) => {
        if (error) fail('unreachable', error.message)
        else resolve({ ok: true, shell: shellOver(client, channel) })
      })
    })
    client.connect({
      host: ssh.host,
      port: ssh.port,
      username: ssh.user,
      privateKey,
      readyTimeout: timeoutMs,
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: KEEPALIVE_MISSES,
      hostVerifier(key: Buffer) {
        const seen = fingerprintOf(key)
        const known = hostKeyFingerprint === null || seen === hostKeyFingerprint
        if (!known) otherHost = seen
        return known
      },
    })
  })
}

function shellOver(client: ssh2.Client, channel: ClientChannel): Shell {
  let exitCode: number | null = null
  channel.on('exit', (code: number | null) => (exitCode = code))
  return {
    onData(listener) {
      channel.on('data', listener)
      channel.stderr.on('data', listener)
    },
    onEnd(listener) {
      channel.once('close', () => {
        client.destroy()
        listener(exitCode)
      })
    },
    write: (bytes) => void channel.write(bytes),
    resize: ({ columns, rows }) => channel.setWindow(rows, columns, 0, 0),
    pause: () => void channel.pause(),
    resume: () => void channel.resume(),
    close: () => client.end(),
  }
}
