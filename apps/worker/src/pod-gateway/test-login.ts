import type { PodTest } from '@berth/contract/pod-gateway'
import type { SshEndpoint } from '@berth/activities/providers/port'
import { runOverSsh } from '@berth/activities/providers/ssh/run-over-ssh'

const TIMEOUT_MS = 10_000

interface Door {
  ssh: SshEndpoint
  hostKeyFingerprint: string | null
  /** Null proves the SSH server and its host key, not the login. */
  privateKey: string | null
}

/** Whether the pod lets one in now, and that it is still the machine that was handed over. */
export async function testLogin({ ssh, hostKeyFingerprint, privateKey }: Door): Promise<PodTest> {
  const startedMs = Date.now()
  const run = await runOverSsh({ ssh, privateKey, command: 'true', timeoutMs: TIMEOUT_MS })
  const milliseconds = Date.now() - startedMs
  const seen = run.hostKeyFingerprint
  if (hostKeyFingerprint !== null && seen !== null && seen !== hostKeyFingerprint) {
    return { ok: false, reason: 'other_host', words: seen, milliseconds }
  }
  if (run.ok || (privateKey === null && run.reason === 'auth_refused')) return { ok: true, milliseconds }
  return { ok: false, reason: run.reason, words: run.words, milliseconds }
}
