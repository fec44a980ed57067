import { createClock } from '@berth/upstreams/kit/clock'
import { afterEach, describe, expect, it } from 'vitest'
import { failureOf, patience, untilRunning } from '../contract-kit/pods.ts'
import { markerOf } from '../marker.ts'
import { closeAll, CREATE, setup } from './adapter.test-support.ts'

afterEach(closeAll)

describe('keys and scripts in the account', () => {
  it('are named by the marker, one set a launch, and go with the instance', async () => {
    const { provider, control, launch } = await setup()
    const one = await launch()
    const other = await launch()
    const names = () => [...control.sshKeys.list(), ...control.scripts.list()].map(({ name }) => name).sort()
    const namesOf = ({ request: { marker } }: typeof one) => [`${marker}.1`, `${marker}.2`, `${marker}.env`]
    expect(names()).toEqual([...namesOf(one), ...namesOf(other)].sort())
    await untilRunning(provider, one.id)
    await provider.terminate(one.id, patience())
    expect(names()).toEqual(namesOf(other))
  })

  it('go at once where the launch was refused for certain, and stay where nobody knows', async () => {
    const { control, launch } = await setup()
    control.faults.add({ fault: { kind: 'no_capacity' } })
    expect(await failureOf(launch())).toMatchObject({ kind: 'no_capacity' })
    expect([control.sshKeys.list(), control.scripts.list()]).toEqual([[], []])
    control.faults.add({ match: CREATE, fault: { kind: 'cut_after_effect' } })
    expect(await failureOf(launch())).toMatchObject({ kind: 'ambiguous' })
    expect(control.sshKeys.list()).toHaveLength(2)
  })

  it('are forgotten by their marker where the instance is gone already', async () => {
    const { provider, control, launch } = await setup()
    const { id, request } = await launch()
    control.instances.kill(id)
    await provider.forget?.(request.marker, patience())
    expect([control.sshKeys.list(), control.scripts.list()]).toEqual([[], []])
  })

  it('are removed a day later where a launch left them and no instance lives by them', async () => {
    const DAY_MS = 24 * 3_600_000
    const clock = createClock({ frozenAtMs: Date.now() - DAY_MS - 60_000 })
    clock.resume()
    const { provider, control, launch, register } = await setup({ clock })
    const orphan = `${markerOf('rent_01JD0000000000000000000000', 1)}.1`
    await register('/ssh-keys', { name: orphan, key: 'k' })
    await register('/ssh-keys', { name: 'the office', key: 'k' })
    const living = await launch()
    const ended = await launch()
    await untilRunning(provider, ended.id)
    await provider.terminate(ended.id, patience())
    const { marker } = living.request
    expect(control.sshKeys.list().map(({ name }) => name)).toEqual([
      'the office',
      `${marker}.1`,
      `${marker}.2`,
    ])
  })

  it('do not hold up an end when they can not be removed; the operator hears of it', async () => {
    const { provider, control, launch, oddities } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    control.faults.add({ match: { path: '/ssh-keys$' }, fault: { kind: 'status', status: 500 } })
    await provider.terminate(id, patience())
    expect((await provider.describe(id, patience())).state).toBe('gone')
    expect(oddities).toMatchObject([{ what: 'keys left in the account' }])
  })

  it('make a launch that could not register them one that did not happen', async () => {
    const { control, launch } = await setup()
    control.faults.add({ match: { method: 'POST', path: '/ssh-keys$' }, fault: { kind: 'cut_after_effect' } })
    expect(await failureOf(launch())).toMatchObject({ kind: 'unavailable' })
    expect(control.requests.count('POST', /instances$/)).toBe(0)
    expect(control.sshKeys.list()).toEqual([])
  })
})
