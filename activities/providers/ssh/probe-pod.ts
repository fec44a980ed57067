import { weSay, type Said } from '@berth/contract/causes'
import { isSameBoard, normalizeGpu } from '../gpu-names.ts'
import type { SoldGpu, SshEndpoint } from '../port.ts'
import { readSshBanner } from './read-ssh-banner.ts'
import { runOverSsh, type SshRun } from './run-over-ssh.ts'

export interface ObservedGpu {
  /** As the driver says it. */
  name: string
  memoryMib: number
}

export type PodProbe =
  /** `gpus` is null where nobody looked: no key of ours in the pod, or a vendor without a probe. */
  | { ok: true; hostKeyFingerprint: string; gpus: ObservedGpu[] | null }
  | (Said & { ok: false; reason: PodProbeFailure })
/**
 * `unreachable`, `not_ssh`, `auth_refused`: ask again while the pod boots (keys may land after the server is up);
 * `gpu_unusable`: the driver does not answer; `gpu_mismatch`: other boards than were sold. Both mean a bad host.
 */
export type PodProbeFailure = 'unreachable' | 'not_ssh' | 'auth_refused' | 'gpu_unusable' | 'gpu_mismatch'

export interface ProbePodOptions {
  ssh: SshEndpoint
  /** Our verification key where its public half is in the pod; null checks the SSH server only. */
  privateKey: string | null
  /** What was sold; null for a pod without a GPU. */
  expected: SoldGpu | null
  timeoutMs: number
  signal?: AbortSignal
}

const QUERY = 'nvidia-smi --query-gpu=name,memory.total --format=csv,noheader,nounits'

/** Whether a pod can be used as sold: its SSH server answers, lets us in, and shows the boards that were paid for. */
export async function probePod({
  ssh,
  privateKey,
  expected,
  timeoutMs,
  signal,
}: ProbePodOptions): Promise<PodProbe> {
  const bounds = { timeoutMs, ...(signal ? { signal } : {}) }
  const banner = await readSshBanner({ host: ssh.host, port: ssh.port, ...bounds })
  if (!banner.ok) return banner
  const looksAtGpu = expected?.vendor === 'nvidia'
  const run = await runOverSsh({ ssh, privateKey, command: looksAtGpu ? QUERY : 'true', ...bounds })
  if (!run.ok) return withoutLogin(run, privateKey)
  const { hostKeyFingerprint } = run
  if (!expected || !looksAtGpu) return { ok: true, hostKeyFingerprint, gpus: expected ? null : [] }
  if (run.code !== 0) {
    const words = `ended with ${run.code}: ${(run.stderr || run.stdout).trim().slice(0, 200)}`
    return { ok: false, reason: 'gpu_unusable', ...weSay({ code: 'gpu_unusable', data: { words } }) }
  }
  const gpus = parseGpus(run.stdout)
  const mismatch = mismatchOf(expected, gpus)
  if (mismatch !== null) return { ok: false, reason: 'gpu_mismatch', ...mismatch }
  return { ok: true, hostKeyFingerprint, gpus }
}

/** A server that shook hands and then refused a caller without a key is all we can ask for. */
function withoutLogin(
  { reason, words, hostKeyFingerprint }: SshRun & { ok: false },
  privateKey: string | null,
): PodProbe {
  if (privateKey === null && reason === 'auth_refused' && hostKeyFingerprint !== null) {
    return { ok: true, hostKeyFingerprint, gpus: null }
  }
  return { ok: false, reason, words }
}

/** One "name, MiB" a line; the name may hold commas, the memory may be "[N/A]". */
export function parseGpus(stdout: string): ObservedGpu[] {
  return stdout
    .split('\n')
    .map((line) => /^(.+),\s*(\S+)\s*$/.exec(line))
    .flatMap((match) =>
      match?.[1] && match[2] ? [{ name: match[1].trim(), memoryMib: Number(match[2]) || 0 }] : [],
    )
}

function mismatchOf(expected: SoldGpu, seen: ObservedGpu[]): Said | null {
  if (seen.length === expected.count && seen.every((gpu) => isSold(expected, gpu))) return null
  const sold = `${expected.count}x ${expected.model} ${expected.memoryGib} GiB`
  const found = summary(seen)
  return weSay(
    found === null
      ? { code: 'gpu_missing', data: { sold } }
      : { code: 'gpu_mismatch', data: { sold, found } },
  )
}

function isSold(expected: SoldGpu, { name, memoryMib }: ObservedGpu): boolean {
  const gpu = normalizeGpu({ rawName: name, memoryMib, vendorHint: 'nvidia' })
  return gpu !== null && isSameBoard(expected, gpu)
}

/** Null where there is none. */
function summary(seen: ObservedGpu[]): string | null {
  if (seen.length === 0) return null
  const kinds = new Set(seen.map(({ name, memoryMib }) => `${name} ${memoryMib} MiB`))
  return `${seen.length}x ${[...kinds].join(' + ')}`
}
