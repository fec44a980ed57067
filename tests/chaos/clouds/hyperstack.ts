import { startHyperstackEmulator } from '@berth/upstreams/hyperstack/start'
import { emulatedCloud } from '../emulated-cloud.ts'
import { BOOT_MS, INVISIBLE, LINGERING, SSH_NEVER, TEARDOWN_MS, WRONG_GPU, type CloudEntry } from './entry.ts'

/** The one key pair that stays in each environment of the account; it opens nothing. */
const DOOR_KEY = 'berth-no-login'

export const hyperstack: CloudEntry = {
  name: 'hyperstack',
  async start() {
    const started = await startHyperstackEmulator({
      bootMs: BOOT_MS,
      addressMs: 200,
      teardownMs: TEARDOWN_MS,
    })
    return emulatedCloud({
      ...started,
      name: 'hyperstack',
      apiKey: started.apiKey,
      runningWord: 'ACTIVE',
      matches: {
        create: { method: 'POST', path: '/virtual-machines$' },
        destroy: { method: 'DELETE', path: '/virtual-machines/' },
        read: { method: 'GET', path: '/virtual-machines' },
      },
      ownFaults: {
        create: [
          { kind: 'no_capacity' },
          { kind: 'no_credit' },
          { kind: 'quota_exceeded' },
          { kind: 'stuck_building' },
          { kind: 'build_error' },
          { kind: 'no_address' },
          SSH_NEVER,
          INVISIBLE,
          WRONG_GPU,
        ],
        destroy: [LINGERING],
      },
      leftovers: () =>
        started.control.environments
          .keypairs()
          .filter(({ name }) => name !== DOOR_KEY)
          .map(({ name }) => `key pair ${name}`),
    })
  },
}
