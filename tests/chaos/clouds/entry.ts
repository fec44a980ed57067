import type { EmulatedCloud } from '../emulated-cloud.ts'

/** How long emulated machines take to boot; the workers' time scale shortens what they wait for to match. */
export const BOOT_MS = 700
/** How long those that take a while to end do so, and how long what has ended can still be read. */
export const TEARDOWN_MS = 500
export const LINGER_MS = 1_500

/** Every cloud can hide what it just made, and deliver another GPU than was sold. */
export const INVISIBLE = { kind: 'invisible', ms: 1_500 } as const
export const SSH_NEVER = { kind: 'ssh_never' } as const
export const WRONG_GPU = { kind: 'wrong_gpu', name: 'NVIDIA GeForce GTX 1080', memoryMib: 8192 } as const
export const LINGERING = { kind: 'lingering', ms: 3_000 } as const

export interface CloudEntry {
  name: string
  start(): Promise<EmulatedCloud>
}
