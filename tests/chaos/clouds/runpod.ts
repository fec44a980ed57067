import { startRunPodEmulator } from '@berth/upstreams/runpod/start'
import { emulatedCloud } from '../emulated-cloud.ts'
import { BOOT_MS, INVISIBLE, LINGERING, SSH_NEVER, WRONG_GPU, type CloudEntry } from './entry.ts'

export const runpod: CloudEntry = {
  name: 'runpod',
  async start() {
    const started = await startRunPodEmulator({ bootMs: BOOT_MS })
    return emulatedCloud({
      ...started,
      name: 'runpod',
      apiKey: started.apiKey,
      runningWord: 'RUNNING',
      matches: {
        create: { method: 'POST', path: '/pods$' },
        destroy: { method: 'DELETE', path: '/pods/' },
        read: { method: 'GET', path: '/pods' },
      },
      ownFaults: {
        create: [
          { kind: 'no_capacity' },
          { kind: 'insufficient_balance' },
          { kind: 'quota_exceeded' },
          { kind: 'forbidden' },
          { kind: 'stuck_provisioning' },
          { kind: 'running_without_runtime' },
          { kind: 'boot_error' },
          SSH_NEVER,
          INVISIBLE,
          WRONG_GPU,
        ],
        destroy: [LINGERING],
      },
    })
  },
}
