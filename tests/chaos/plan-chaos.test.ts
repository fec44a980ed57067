import { expect, it } from 'vitest'
import { planChaos, type ChaosPlan } from './plan-chaos.ts'

it('the same seed plans the same chaos, another seed another', () => {
  expect(planned(7)).toEqual(planned(7))
  expect(planned(8)).not.toEqual(planned(7))
})

it('a plan of two hundred rentals has every kind of fault, action and kill in it', () => {
  const { rentals, events } = planned(1)
  expect(rentals).toHaveLength(200)
  expect(new Set(rentals.flatMap(({ actions }) => actions.map(({ kind }) => kind)))).toEqual(
    new Set([
      'stop',
      'extend',
      'top_up',
      'force_end',
      'retry_now',
      'kill_pod',
      'interrupt_pod',
      'unknown_status',
    ]),
  )
  expect(new Set(events.map(({ kind }) => kind))).toEqual(
    new Set(['fault', 'empty_shelf', 'restock', 'kill_worker', 'kill_temporal']),
  )
  const faults = new Set(events.flatMap((event) => (event.kind === 'fault' ? [event.fault.kind] : [])))
  for (const kind of [
    'after_effect_status',
    'cut_after_effect',
    'cut',
    'rate_limited',
    'hang',
    'invisible',
    'lingering',
  ])
    expect(faults).toContain(kind)
})

it('some rentals share a wallet, some wallets are poor, and all happens within the time', () => {
  const { rentals, events, driveMs } = planned(2)
  expect(new Set(rentals.map(({ wallet }) => wallet)).size).toBeLessThan(rentals.length)
  expect(rentals.some(({ walletSeconds }) => walletSeconds !== null)).toBe(true)
  for (const { atMs } of [...rentals, ...events]) {
    expect(atMs).toBeGreaterThanOrEqual(0)
    expect(atMs).toBeLessThan(driveMs + 10_000)
  }
})

function planned(seed: number): ChaosPlan {
  return planChaos({
    seed,
    rentals: 200,
    driveMs: 300_000,
    clouds: [
      {
        name: 'one',
        ownFaults: {
          create: [{ kind: 'no_capacity' }, { kind: 'invisible', ms: 1_500 }],
          destroy: [{ kind: 'lingering' }],
        },
      },
      { name: 'two', ownFaults: { create: [{ kind: 'no_capacity' }] } },
    ],
    workers: 2,
    workerKills: 6,
    temporalKills: 2,
  })
}
