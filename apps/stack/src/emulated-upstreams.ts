/** One upstream service that `npm start` emulates. */
interface EmulatedUpstream {
  name: string
  /** Settings by which the product knows its account there, and how the emulator calls each. */
  keys: { name: string; value: string; emulatorName: string }[]
  /** Base-URL settings of the product, and the path each has on the emulator. */
  bases: Record<string, string>
  /** The emulator's setting for its port. */
  portName: string
}

/**
 * In the order of their ports, the first right after the control port. Setting any key of a service oneself points the
 * product at the real one instead. A new upstream is one more entry here.
 */
export const emulatedUpstreams: EmulatedUpstream[] = [
  {
    name: 'runpod',
    keys: [{ name: 'RUNPOD_API_KEY', value: 'rpa_emulated', emulatorName: 'RUNPOD_EMULATOR_API_KEY' }],
    bases: { RUNPOD_API_BASE: '/v2' },
    portName: 'RUNPOD_EMULATOR_PORT',
  },
  {
    name: 'github',
    keys: [
      { name: 'GITHUB_CLIENT_ID', value: 'berth-local', emulatorName: 'GITHUB_EMULATOR_CLIENT_ID' },
      {
        name: 'GITHUB_CLIENT_SECRET',
        value: 'github_emulated_secret',
        emulatorName: 'GITHUB_EMULATOR_CLIENT_SECRET',
      },
    ],
    bases: { GITHUB_BASE_URL: '', GITHUB_API_URL: '' },
    portName: 'GITHUB_EMULATOR_PORT',
  },
  {
    name: 'stripe',
    keys: [
      { name: 'STRIPE_SECRET_KEY', value: 'sk_test_emulated', emulatorName: 'STRIPE_EMULATOR_SECRET_KEY' },
    ],
    bases: { STRIPE_API_BASE: '' },
    portName: 'STRIPE_EMULATOR_PORT',
  },
  {
    name: 'lambda',
    keys: [
      { name: 'LAMBDA_API_KEY', value: 'secret_lambda_emulated', emulatorName: 'LAMBDA_EMULATOR_API_KEY' },
    ],
    bases: { LAMBDA_API_BASE: '/api/v1' },
    portName: 'LAMBDA_EMULATOR_PORT',
  },
  {
    name: 'digitalocean',
    keys: [
      {
        name: 'DIGITALOCEAN_API_KEY',
        value: 'dop_v1_emulated',
        emulatorName: 'DIGITALOCEAN_EMULATOR_API_KEY',
      },
    ],
    bases: { DIGITALOCEAN_API_BASE: '/v2' },
    portName: 'DIGITALOCEAN_EMULATOR_PORT',
  },
  {
    name: 'verda',
    keys: [
      {
        name: 'VERDA_API_KEY',
        value: 'verda-emulated:verda_emulated_secret',
        emulatorName: 'VERDA_EMULATOR_API_KEY',
      },
    ],
    bases: { VERDA_API_BASE: '/v1' },
    portName: 'VERDA_EMULATOR_PORT',
  },
  {
    name: 'shadeform',
    keys: [
      {
        name: 'SHADEFORM_API_KEY',
        value: 'shadeform_emulated',
        emulatorName: 'SHADEFORM_EMULATOR_API_KEY',
      },
    ],
    bases: { SHADEFORM_API_BASE: '/v1' },
    portName: 'SHADEFORM_EMULATOR_PORT',
  },
  {
    name: 'prime',
    keys: [{ name: 'PRIME_API_KEY', value: 'pit_emulated', emulatorName: 'PRIME_EMULATOR_API_KEY' }],
    bases: { PRIME_API_BASE: '/api/v1' },
    portName: 'PRIME_EMULATOR_PORT',
  },
  {
    name: 'tensordock',
    keys: [
      {
        name: 'TENSORDOCK_API_KEY',
        value: 'tensordock_emulated',
        emulatorName: 'TENSORDOCK_EMULATOR_API_KEY',
      },
    ],
    bases: { TENSORDOCK_API_BASE: '/api/v2' },
    portName: 'TENSORDOCK_EMULATOR_PORT',
  },
  {
    name: 'vast',
    keys: [{ name: 'VAST_API_KEY', value: 'vast_emulated_key', emulatorName: 'VAST_EMULATOR_API_KEY' }],
    bases: { VAST_API_BASE: '' },
    portName: 'VAST_EMULATOR_PORT',
  },
  {
    name: 'hyperstack',
    keys: [
      {
        name: 'HYPERSTACK_API_KEY',
        value: 'hyperstack-emulated',
        emulatorName: 'HYPERSTACK_EMULATOR_API_KEY',
      },
    ],
    bases: { HYPERSTACK_API_BASE: '/v1' },
    portName: 'HYPERSTACK_EMULATOR_PORT',
  },
]

/** Settings that point the product at the emulators, for every service the person has not set up for real. */
export function emulatedSettings(env: NodeJS.ProcessEnv, controlPort: number): Record<string, string> {
  const settings: Record<string, string> = {}
  emulatedUpstreams.forEach((upstream, index) => {
    if (!isEmulated(upstream, env)) return
    for (const { name, value } of upstream.keys) settings[name] = value
    for (const [name, path] of Object.entries(upstream.bases)) {
      settings[name] = env[name] ?? `http://127.0.0.1:${emulatorPort(controlPort, index)}${path}`
    }
  })
  return settings
}

/** What the emulators themselves are told: where to listen, and which keys to let in. */
export function emulatorSettings(controlPort: number): Record<string, string> {
  const settings: Record<string, string> = { UPSTREAMS_CONTROL_PORT: String(controlPort) }
  emulatedUpstreams.forEach(({ keys, portName }, index) => {
    settings[portName] = String(emulatorPort(controlPort, index))
    for (const { emulatorName, value } of keys) settings[emulatorName] = value
  })
  return settings
}

/** Whether people sign in with the emulated GitHub's sample users. */
export function isGithubEmulated(env: NodeJS.ProcessEnv): boolean {
  return emulatedUpstreams.some((upstream) => upstream.name === 'github' && isEmulated(upstream, env))
}

function isEmulated({ keys }: EmulatedUpstream, env: NodeJS.ProcessEnv): boolean {
  return !keys.some(({ name }) => env[name])
}

function emulatorPort(controlPort: number, index: number): number {
  return controlPort + 1 + index
}
