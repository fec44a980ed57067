import { forceEndSignal, retryNowSignal, stopSignal } from '@berth/workflows/rental/messages'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRenter, type Renter } from '../support/simulated-renter.ts'
import { openSimulation, type Simulation } from '../support/simulation.ts'

const DELETE = { method: 'DELETE' }

let simulation: Simulation
let renter: Renter

beforeAll(async () => {
  simulation = await openSimulation()
  renter = createRenter(simulation)
})
afterAll(() => simulation?.close())

describe('an end', () => {
  it.each([
    { what: 'with 404 although the pod is alive', fault: { kind: 'status', status: 404 } as const },
    { what: 'and takes its time', fault: { kind: 'lingering', ms: 2_000 } as const },
    { what: 'slowly', fault: { kind: 'delay', ms: 2_000 } as const },
  ])(
    'that the provider answers $what leaves no pod and charges nothing beyond the stop',
    async ({ fault }) => {
      const { rentalId, faults } = await renter.rent()
      await simulation.reach(rentalId, 'running')
      faults.add({ match: DELETE, fault })
      await simulation.stop(rentalId)
      expect(renter.onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
      const ended = (await simulation.market.events(rentalId)).filter(({ kind }) => kind === 'ended')
      expect(ended).toHaveLength(1)
    },
  )

  it('asked for again while the pod is being destroyed changes neither reason nor bill', async () => {
    const { rentalId, person, handle, faults } = await renter.rent()
    await simulation.reach(rentalId, 'running')
    faults.add({ match: DELETE, times: 8, fault: { kind: 'status', status: 503 } })
    await handle.signal(stopSignal, { requestedAt: await now(), by: 'user' })
    await simulation.reach(rentalId, 'stopping')
    await handle.signal(stopSignal, { requestedAt: await now(), by: 'user' })
    await handle.signal(forceEndSignal, { reason: 'too late' })
    await handle.signal(retryNowSignal)
    await handle.result()
    expect(await simulation.market.rental(rentalId)).toMatchObject({ endReason: 'stopped_by_user' })
    const kinds = await renter.kinds(rentalId)
    expect(kinds.filter((kind) => kind === 'ended' || kind === 'stopping')).toEqual(['stopping', 'ended'])
    const wallet = await simulation.market.wallet(person)
    expect(wallet).toMatchObject({ held: 0n })
    expect(renter.onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
  })
})

const now = async (): Promise<string> => new Date(await simulation.temporal.currentTimeMs()).toISOString()
