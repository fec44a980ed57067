import type { CallName, OwnFaults, RawFault } from './emulated-cloud.ts'
import type { Chance } from './seeded-chance.ts'

export interface FaultSource {
  name: string
  ownFaults: OwnFaults
}

type Fault = { call: CallName; fault: RawFault }
type Draw = (chance: Chance, number: number) => RawFault

const status =
  (...words: number[]): Draw =>
  (chance, number) => ({ kind: 'status', status: chance.pick(words, 'fault', number, 'status') })

const afterEffect: Draw = (chance, number) => ({
  kind: 'after_effect_status',
  status: chance.pick([500, 502, 504], 'fault', number, 'status'),
})

const always =
  (fault: RawFault): Draw =>
  () =>
    fault

const slow: Draw = (chance, number) => ({
  kind: 'delay',
  ms: chance.between(500, 4_000, 'fault', number, 'ms'),
})

const busy: Draw = (chance, number) => ({
  kind: 'rate_limited',
  retryAfterSeconds: chance.between(1, 3, 'fault', number, 'retry'),
})

const cut = always({ kind: 'cut' })
const cutAfterEffect = always({ kind: 'cut_after_effect' })
const hang = always({ kind: 'hang' })
const nonsense = always({ kind: 'status', status: 200, body: '<html>we are improving our service</html>' })

const DRAWS: Record<CallName, readonly (readonly [number, Draw])[]> = {
  create: [
    [5, afterEffect],
    [5, cutAfterEffect],
    [2, cut],
    [3, status(500, 502, 503)],
    [3, busy],
    [2, slow],
    [1, always({ kind: 'unauthorized' })],
  ],
  read: [
    [3, status(500, 502, 503)],
    [3, cut],
    [3, busy],
    [3, slow],
    [2, nonsense],
    [1, hang],
  ],
  destroy: [
    [4, status(500, 503)],
    [3, afterEffect],
    [2, cutAfterEffect],
    [2, cut],
    [2, busy],
    [2, slow],
  ],
}

/** How many of a call's faults are such as only its cloud can show, where it can show any. */
const OWN_SHARE: Record<CallName, number> = { create: 0.4, read: 0.15, destroy: 0.3 }

/** One fault for one call of one cloud. */
export function planFault(chance: Chance, { ownFaults }: FaultSource, number: number): Fault {
  const call = chance.weighted<CallName>(
    [
      [5, 'create'],
      [3, 'read'],
      [2, 'destroy'],
    ],
    'fault',
    number,
    'call',
  )
  const own = ownFaults[call] ?? []
  if (own.length > 0 && chance.happens(OWN_SHARE[call], 'fault', number, 'is own'))
    return { call, fault: chance.pick(own, 'fault', number, 'own') }
  return { call, fault: chance.weighted(DRAWS[call], 'fault', number, 'draw')(chance, number) }
}
