/**
 * The upstream services that `npm start` emulates, in the order of their ports (the first after the control port).
 * Setting one of a service's `keys` oneself points the product at the real service instead.
 */
export interface EmulatedUpstream {
  name: string
  /** What the product is given to call the emulator with. */
  keys: Record<string, string>
  /** Base-URL settings of the product, and the path each has on the emulator. */
  bases: Record<string, string>
}

export const emulatedUpstreams: EmulatedUpstream[] = [
  {
    name: 'github',
    keys: { GITHUB_CLIENT_ID: 'berth-local', GITHUB_CLIENT_SECRET: 'berth-local-secret' },
    bases: { GITHUB_BASE_URL: '', GITHUB_API_URL: '' },
  },
  { name: 'stripe', keys: { STRIPE_SECRET_KEY: 'sk_test_local' }, bases: { STRIPE_API_BASE: '' } },
  { name: 'runpod', keys: { RUNPOD_API_KEY: 'rpa_local' }, bases: { RUNPOD_API_BASE: '' } },
]

/** Settings that point the product at the emulators, for every service the person has not set up for real. */
export function emulatedSettings(env: NodeJS.ProcessEnv, controlPort: number): Record<string, string> {
  const settings: Record<string, string> = {}
  emulatedUpstreams.forEach((upstream, index) => {
    if (Object.keys(upstream.keys).some((key) => env[key])) return
    Object.assign(settings, upstream.keys)
    for (const [name, path] of Object.entries(upstream.bases)) {
      settings[name] = env[name] ?? `http://127.0.0.1:${controlPort + 1 + index}${path}`
    }
  })
  return settings
}
