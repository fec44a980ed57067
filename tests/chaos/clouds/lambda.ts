import { startLambdaEmulator } from '@berth/upstreams/lambda/start'
import { emulatedCloud } from '../emulated-cloud.ts'
import {
  BOOT_MS,
  INVISIBLE,
  LINGERING,
  LINGER_MS,
  SSH_NEVER,
  TEARDOWN_MS,
  WRONG_GPU,
  type CloudEntry,
} from './entry.ts'

export const lambda: CloudEntry = {
  name: 'lambda',
  async start() {
    const started = await startLambdaEmulator({
      bootMs: BOOT_MS,
      teardownMs: TEARDOWN_MS,
      lingerMs: LINGER_MS,
    })
    return emulatedCloud({
      ...started,
      name: 'lambda',
      apiKey: started.apiKey,
      runningWord: 'active',
      matches: {
        create: { method: 'POST', path: '/instance-operations/launch$' },
        destroy: { method: 'POST', path: '/instance-operations/terminate$' },
        read: { method: 'GET', path: '/instances' },
      },
      ownFaults: {
        create: [
          { kind: 'no_capacity' },
          { kind: 'quota_exceeded' },
          { kind: 'account_inactive' },
          { kind: 'stuck_booting' },
          { kind: 'boot_unhealthy' },
          { kind: 'gpu_broken' },
          SSH_NEVER,
          INVISIBLE,
          WRONG_GPU,
        ],
        destroy: [LINGERING],
      },
    })
  },
}
