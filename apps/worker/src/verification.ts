import type { ProbePod } from '@berth/activities/provisioning/await-ready'
import { probePod } from '@berth/activities/providers/ssh/probe-pod'
import { readOrCreateVerificationKey } from '@berth/activities/providers/ssh/verification-key'

/** One look; a pod that boots is looked at again a few seconds later. */
const PROBE_TIMEOUT_MS = 10_000

export interface Verification {
  verificationPublicKey: string | null
  /** The half that logs in; it never leaves the worker. */
  privateKey: string | null
  probe: ProbePod
}

/**
 * How a pod is proved usable: its SSH server answers and, where a key of ours is in the pod, it shows the GPUs
 * that were sold. Without a key file only the SSH server is checked.
 */
export async function createVerification(keyFile: string | undefined): Promise<Verification> {
  const key = keyFile === undefined ? null : await readOrCreateVerificationKey(keyFile)
  return {
    verificationPublicKey: key?.publicKey ?? null,
    privateKey: key?.privateKey ?? null,
    probe: async ({ ssh, expected, signal }) => {
      const answer = await probePod({
        ssh,
        expected,
        signal,
        privateKey: key?.privateKey ?? null,
        timeoutMs: PROBE_TIMEOUT_MS,
      })
      if (answer.ok) return answer
      const mismatch = answer.reason === 'gpu_mismatch' || answer.reason === 'gpu_unusable'
      return { ...answer, mismatch }
    },
  }
}
