import { afterEach, describe, expect, it } from 'vitest'
import { failureOf, patience } from '../contract-kit/pods.ts'
import { closeAll, CREATE, setup } from './adapter.test-support.ts'

afterEach(closeAll)

describe('Verda token', () => {
  it('is asked for once by all callers, and again when it is refused before its hour', async () => {
    const { provider, control } = await setup()
    await Promise.all(Array.from({ length: 5 }, () => provider.listOwned(patience())))
    expect(control.requests.count('POST', /token$/)).toBe(1)
    control.clock.advance(3_600_000)
    expect(await provider.listOwned(patience())).toEqual([])
    control.revokeTokens()
    await Promise.all(Array.from({ length: 5 }, () => provider.listOwned(patience())))
    expect(control.requests.count('POST', /token$/)).toBe(3)
  })

  it('is renewed in the middle of a launch, which then happens once', async () => {
    const { provider, control, launch } = await setup()
    await provider.listOffers(patience())
    control.faults.add({ match: CREATE, fault: { kind: 'unauthorized' } })
    const { request } = await launch()
    expect(control.meter.instances().filter(({ marker }) => marker === request.marker)).toHaveLength(1)
  })

  it('shows the secret to nobody when it is refused', async () => {
    const { makeProvider, control } = await setup()
    const secret = 'a-secret-that-is-wrong'
    const provider = makeProvider({ clientId: 'x', clientSecret: secret })
    const body = { code: 'invalid_request', message: `no client with ${secret}` }
    control.faults.add({ fault: { kind: 'status', status: 400, body } })
    for (let i = 0; i < 2; i += 1) {
      const error = await failureOf(provider.listOwned(patience()))
      expect(error).toMatchObject({ kind: 'auth' })
      expect(JSON.stringify([error, error.message])).not.toContain(secret)
    }
  })
})
