import type { UpstreamOffer } from '@berth/contract/offer'
import { afterEach, describe, expect, it } from 'vitest'
import { aLaunch, failureOf, patience } from '../contract-kit/pods.ts'
import { closeAll, setup } from './adapter.test-support.ts'
import { DOOR_KEY_NAME } from './environments.ts'

afterEach(closeAll)

describe('Hyperstack environments', () => {
  it('are made for a region at its first launch, with one key in each that lets nobody in', async () => {
    const { provider, control, image } = await setup()
    const offers = await provider.listOffers(patience())
    for (const region of ['CANADA-1', 'NORWAY-1', 'CANADA-1']) {
      const choose = (): UpstreamOffer | undefined => offers.find((offer) => offer.region.code === region)
      await provider.launch(await aLaunch({ provider, image, choose }), patience())
    }
    expect(control.environments.environments()).toMatchObject([
      { name: 'berth-canada-1', region: 'CANADA-1' },
      { name: 'berth-norway-1', region: 'NORWAY-1' },
    ])
    expect(control.environments.keypairs()).toMatchObject([
      { name: DOOR_KEY_NAME, environment: 'berth-canada-1' },
      { name: DOOR_KEY_NAME, environment: 'berth-norway-1' },
    ])
    expect(control.requests.count('GET', /environments$/)).toBe(2)
  })

  it('that another process made in the same moment are taken as they are', async () => {
    const { control, launch, makeProvider, image } = await setup()
    await launch()
    for (const [path, list] of [
      ['/environments$', 'environments'],
      ['/keypairs$', 'keypairs'],
    ])
      control.faults.add({
        match: { method: 'GET', path: String(path) },
        fault: { kind: 'status', status: 200, body: { status: true, [String(list)]: [], count: 0 } },
      })
    const other = makeProvider()
    await other.launch(await aLaunch({ provider: other, image }), patience())
    expect(control.environments.environments()).toHaveLength(1)
    expect(control.environments.keypairs()).toHaveLength(1)
  })

  it('come back when somebody removed them', async () => {
    const { control, launch } = await setup()
    await launch()
    control.environments.removeEnvironment('berth-canada-1')
    await launch()
    expect(control.instances.list()).toHaveLength(2)
    for (const { id } of control.environments.keypairs()) control.environments.removeKeypair(id)
    await launch()
    expect(control.instances.list()).toHaveLength(3)
  })

  it('that can not be made leave a launch that did not happen', async () => {
    const { control, launch } = await setup()
    control.faults.add({
      match: { method: 'POST', path: '/environments$' },
      fault: { kind: 'cut_after_effect' },
    })
    expect(await failureOf(launch())).toMatchObject({ kind: 'unavailable' })
    expect(control.requests.count('POST', /virtual-machines$/)).toBe(0)
  })
})
