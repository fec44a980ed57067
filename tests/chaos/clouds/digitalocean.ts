import { startDigitalOceanEmulator } from '@berth/upstreams/digitalocean/start'
import { emulatedCloud } from '../emulated-cloud.ts'
import { BOOT_MS, INVISIBLE, LINGERING, SSH_NEVER, WRONG_GPU, type CloudEntry } from './entry.ts'

export const digitalocean: CloudEntry = {
  name: 'digitalocean',
  async start() {
    const started = await startDigitalOceanEmulator({ bootMs: BOOT_MS })
    return emulatedCloud({
      ...started,
      name: 'digitalocean',
      apiKey: started.apiKey,
      runningWord: 'active',
      matches: {
        create: { method: 'POST', path: '/droplets$' },
        destroy: { method: 'DELETE', path: '/droplets/' },
        read: { method: 'GET', path: '/droplets' },
      },
      ownFaults: {
        create: [
          { kind: 'no_capacity' },
          { kind: 'droplet_limit' },
          { kind: 'account_locked' },
          { kind: 'create_event_fails' },
          { kind: 'stuck_new' },
          { kind: 'no_address' },
          SSH_NEVER,
          INVISIBLE,
          WRONG_GPU,
        ],
        destroy: [LINGERING],
      },
    })
  },
}
