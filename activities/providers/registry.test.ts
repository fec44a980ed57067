import { describe, expect, it } from 'vitest'
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

function setup() {
  const make = (env: Record<string, string>) => createProviders(env, () => undefined)
  return {
    names: (env: Record<string, string>) => [...make(env).keys()],
    all: () => make({ RUNPOD_API_KEY: 'rpa_x', DOCKER_ENABLED: 'true' }),
  }
}
