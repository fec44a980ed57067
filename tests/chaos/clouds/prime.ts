import { startPrimeEmulator } from '@berth/upstreams/prime/start'
import { emulatedCloud } from '../emulated-cloud.ts'
import { BOOT_MS, INVISIBLE, LINGERING, LINGER_MS, SSH_NEVER, WRONG_GPU, type CloudEntry } from './entry.ts'

export const prime: CloudEntry = {
  name: 'prime',
  async start() {
    const started = await startPrimeEmulator({ bootMs: BOOT_MS, lingerMs: LINGER_MS })
    return emulatedCloud({
      ...started,
      name: 'prime',
      apiKey: started.apiKey,
      runningWord: 'ACTIVE',
      matches: {
        create: { method: 'POST', path: '/pods/$' },
        destroy: { method: 'DELETE', path: '/pods/' },
        read: { method: 'GET', path: '/pods/' },
      },
      ownFaults: {
        create: [
          { kind: 'no_capacity' },
          { kind: 'insufficient_funds' },
          { kind: 'quota_exceeded' },
          { kind: 'stuck_pending' },
          { kind: 'boot_error' },
          { kind: 'installation_fails' },
          SSH_NEVER,
          INVISIBLE,
          WRONG_GPU,
        ],
        destroy: [LINGERING],
      },
      litter: () => started.control.sshKeys.list().length,
    })
  },
}
