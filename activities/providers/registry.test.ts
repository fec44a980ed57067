import { CLOUDS } from '@berth/upstreams/clouds'
import { createClock, type EmulatorClock } from '@berth/upstreams/kit/clock'
import { startUpstreams } from '@berth/upstreams/start'
import { describe, expect, it } from 'vitest'
import { flawsOf } from './contract-kit/offer-rules.ts'
import { patience } from './contract-kit/pods.ts'
import type { Oddity } from './http/status-words.ts'
import { createProviders } from './registry.ts'

describe('registry of providers', () => {
  it('holds the accounts this installation has settings for, and no others', async () => {
    const { names } = setup()
    expect(names({})).toEqual([])
    expect(names({ RUNPOD_API_KEY: '' })).toEqual([])
    expect(names({ RUNPOD_API_KEY: 'rpa_x', DOCKER_ENABLED: 'true', DOCKER_ACCOUNT: 'here' })).toEqual([
      'here',
      'runpod',
    ])
  })

  it.each([
    [{ RUNPOD_API_KEY: 'rpa_secret', RUNPOD_API_BASE: 'not a url' }, /RUNPOD_API_BASE/],
    [{ DOCKER_ENABLED: 'yes' }, /DOCKER_ENABLED/],
    [
      { DOCKER_ENABLED: 'true', DOCKER_USD_PER_VCPU_HOUR: '1e3' },
      /DOCKER_USD_PER_VCPU_HOUR: must be US dollars/,
    ],
    [{ DOCKER_ENABLED: 'true', DOCKER_PUBLISH_ADDRESS: 'everywhere' }, /DOCKER_PUBLISH_ADDRESS/],
    [{ DOCKER_ENABLED: 'true', DOCKER_HOST: 'ssh://x' }, /DOCKER_HOST/],
  ])('stops the start at %o and names the setting', (env, words) => {
    const { names } = setup()
    expect(() => names(env)).toThrow(words)
    expect(() => names(env)).not.toThrow(/rpa_secret/)
  })

  it('has one adapter for each account, and says so where a name would hide another', () => {
    const { names } = setup()
    expect(() => names({ RUNPOD_API_KEY: 'x', DOCKER_ENABLED: 'true', DOCKER_ACCOUNT: 'runpod' })).toThrow(
      /account runpod/,
    )
  })

  it('gives every provider a budget to boot in and a time to poll', () => {
    for (const { capabilities } of setup().all().values()) {
      const { bootBudgetSeconds, bootPollSeconds, fleetPollSeconds, teardownSeconds } = capabilities
      expect(bootBudgetSeconds).toBeGreaterThan(bootPollSeconds)
      expect(Math.min(bootPollSeconds, fleetPollSeconds, teardownSeconds)).toBeGreaterThan(0)
    }
  })
})

describe('the registry over all emulated clouds, as people meet them', () => {
  it(
    'sells sound offers of each, and none of them says a word we do not know',
    { timeout: 60_000 },
    async () => {
      const clouds = CLOUDS.map((cloud) => ({ cloud, settings: { ...cloud.defaults, port: 0 } }))
      const upstreams = await startUpstreams({ clouds, clock: aClockFromAKnownDay() })
      const env = Object.fromEntries(
        clouds.flatMap(({ cloud: { name }, settings }) => [
          [`${name.toUpperCase()}_API_KEY`, settings.apiKey],
          [`${name.toUpperCase()}_API_BASE`, upstreams.clouds[name]?.baseUrl],
        ]),
      )
      const oddities: Oddity[] = []
      const providers = createProviders(
        { ...env, RUNPOD_API_KEY: 'rpa_emulated', RUNPOD_API_BASE: upstreams.runpod.baseUrl },
        (oddity) => void oddities.push(oddity),
      )
      try {
        expect([...providers.keys()].toSorted()).toEqual(
          ['runpod', ...CLOUDS.map(({ name }) => name)].toSorted(),
        )
        for (const [name, provider] of providers) {
          const offers = await provider.listOffers(patience())
          expect({ name, flaws: flawsOf(offers) }).toEqual({ name, flaws: [] })
        }
        expect(oddities).toEqual([])
      } finally {
        for (const provider of providers.values()) await provider.close()
        await upstreams.close()
      }
    },
  )
})

function setup() {
  const make = (env: Record<string, string>) => createProviders(env, () => undefined)
  return {
    names: (env: Record<string, string>) => [...make(env).keys()],
    all: () => make({ RUNPOD_API_KEY: 'rpa_x', DOCKER_ENABLED: 'true' }),
  }
}

/** Stock changes with time: from the same day on, every run finds the same. */
function aClockFromAKnownDay(): EmulatorClock {
  const clock = createClock({ frozenAtMs: Date.parse('2026-06-01T12:00:00Z') })
  clock.resume()
  return clock
}
