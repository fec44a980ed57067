import { startVastEmulator } from '@berth/upstreams/vast/start'
import { emulatedCloud } from '../emulated-cloud.ts'
import { BOOT_MS, INVISIBLE, SSH_NEVER, WRONG_GPU, type CloudEntry } from './entry.ts'

export const vast: CloudEntry = {
  name: 'vast',
  async start() {
    const started = await startVastEmulator({ bootMs: BOOT_MS })
    return emulatedCloud({
      ...started,
      name: 'vast',
      apiKey: started.apiKey,
      runningWord: 'running',
      matches: {
        create: { method: 'PUT', path: '/asks/' },
        destroy: { method: 'DELETE', path: '/instances/' },
        read: { method: 'GET', path: '/instances' },
      },
      ownFaults: {
        create: [
          { kind: 'no_such_ask' },
          { kind: 'insufficient_credit' },
          { kind: 'quota_exceeded' },
          { kind: 'refused_with_contract' },
          { kind: 'stuck_loading' },
          { kind: 'boot_error' },
          SSH_NEVER,
          INVISIBLE,
          WRONG_GPU,
        ],
      },
    })
  },
}
