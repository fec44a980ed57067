import { startTensorDockEmulator } from '@berth/upstreams/tensordock/start'
import { emulatedCloud } from '../emulated-cloud.ts'
import { BOOT_MS, INVISIBLE, SSH_NEVER, WRONG_GPU, type CloudEntry } from './entry.ts'

export const tensordock: CloudEntry = {
  name: 'tensordock',
  async start() {
    const started = await startTensorDockEmulator({ bootMs: BOOT_MS })
    return emulatedCloud({
      ...started,
      name: 'tensordock',
      apiKey: started.apiKey,
      runningWord: 'running',
      matches: {
        create: { method: 'POST', path: '/instances$' },
        destroy: { method: 'DELETE', path: '/instances/' },
        read: { method: 'GET', path: '/instances' },
      },
      ownFaults: {
        create: [
          { kind: 'hostnode_unavailable' },
          { kind: 'low_balance' },
          { kind: 'quota_exceeded' },
          { kind: 'refused_in_200', error: 'Internal server error', status: 500 },
          { kind: 'other_shape' },
          { kind: 'stuck_queued' },
          { kind: 'boot_error' },
          SSH_NEVER,
          INVISIBLE,
          WRONG_GPU,
        ],
        destroy: [{ kind: 'refused_in_200', error: 'Internal server error', status: 500 }],
        read: [{ kind: 'other_shape' }],
      },
    })
  },
}
