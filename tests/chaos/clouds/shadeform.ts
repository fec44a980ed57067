import { startShadeformEmulator } from '@berth/upstreams/shadeform/start'
import { emulatedCloud } from '../emulated-cloud.ts'
import { BOOT_MS, INVISIBLE, LINGER_MS, SSH_NEVER, TEARDOWN_MS, WRONG_GPU, type CloudEntry } from './entry.ts'

export const shadeform: CloudEntry = {
  name: 'shadeform',
  async start() {
    const started = await startShadeformEmulator({
      bootMs: BOOT_MS,
      teardownMs: TEARDOWN_MS,
      lingerMs: LINGER_MS,
    })
    return emulatedCloud({
      ...started,
      name: 'shadeform',
      apiKey: started.apiKey,
      runningWord: 'active',
      matches: {
        create: { method: 'POST', path: '/instances/create$' },
        destroy: { method: 'POST', path: '/delete$' },
        read: { method: 'GET', path: '/instances' },
      },
      ownFaults: {
        create: [
          { kind: 'out_of_stock' },
          { kind: 'insufficient_funds' },
          { kind: 'quota_exceeded' },
          { kind: 'stuck_pending' },
          { kind: 'boot_error' },
          SSH_NEVER,
          INVISIBLE,
          WRONG_GPU,
        ],
        destroy: [{ kind: 'slow_delete', ms: 3_000 }],
      },
    })
  },
}
