import { startVerdaEmulator } from '@berth/upstreams/verda/start'
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

export const verda: CloudEntry = {
  name: 'verda',
  async start() {
    const started = await startVerdaEmulator({
      bootMs: BOOT_MS,
      teardownMs: TEARDOWN_MS,
      lingerMs: LINGER_MS,
    })
    return emulatedCloud({
      ...started,
      name: 'verda',
      apiKey: `${started.credentials.clientId}:${started.credentials.clientSecret}`,
      runningWord: 'running',
      matches: {
        create: { method: 'POST', path: '/instances$' },
        destroy: { method: 'PUT', path: '/instances$' },
        read: { method: 'GET', path: '/instances' },
      },
      ownFaults: {
        create: [
          { kind: 'no_capacity' },
          { kind: 'boot_no_capacity' },
          { kind: 'insufficient_funds' },
          { kind: 'quota_exceeded' },
          { kind: 'stuck_provisioning' },
          { kind: 'boot_error' },
          SSH_NEVER,
          INVISIBLE,
          WRONG_GPU,
        ],
        destroy: [LINGERING, { kind: 'refused_in_207', error: 'Instance is busy', statusCode: 409 }],
      },
      leftovers: () => started.control.volumes.detached().map(({ id }) => `volume ${id}`),
      litter: () => started.control.sshKeys.list().length + started.control.scripts.list().length,
    })
  },
}
