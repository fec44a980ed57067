import type { FaultMatch, GenericFault } from '@berth/upstreams/kit/faults'
import type { FaultOrders } from './harness.ts'

/** What every emulated cloud can be ordered to do, whatever it calls its instances. */
type CommonFault = GenericFault | { kind: 'invisible'; ms: number }

interface EmulatedCloud {
  control: {
    faults: { add(order: { fault: CommonFault; match?: FaultMatch; times?: number }): unknown }
    instances: { kill(id: string): boolean; setStatus(id: string, status: string): boolean }
  }
  /** The request that launches, and the one that ends. */
  create: { method: string; path: string }
  destroy: { method: string; path: string }
  /** With which this cloud refuses a launch for what it asks for. */
  invalidStatus: number
  /** A status word in this cloud's manner that nobody knows. */
  unknownWord: string
}

const NOTHING_WE_KNOW = { weather: 'fair' }

type CommonOrder = Exclude<keyof FaultOrders, 'noCapacity' | 'upstreamFunds' | 'quota' | 'unknownFields'>

/** The fault orders that are the same at every emulated cloud; what a cloud says in words of its own stands beside them. */
export function emulatedFaults({
  control,
  create,
  destroy,
  invalidStatus,
  unknownWord,
}: EmulatedCloud): Pick<FaultOrders, CommonOrder> {
  const order = (fault: CommonFault, match?: FaultMatch): void =>
    void control.faults.add({ fault, ...(match ? { match } : {}) })
  return {
    auth: () => order({ kind: 'unauthorized' }),
    rateLimited: (retryAfterSeconds) => order({ kind: 'rate_limited', retryAfterSeconds }),
    rateLimitedSilently: () => order({ kind: 'rate_limited' }),
    unreadable: () => order({ kind: 'status', status: 200, body: NOTHING_WE_KNOW }),
    echo: (words) => order({ kind: 'status', status: 400, body: words }),
    unavailable: () => order({ kind: 'status', status: 503 }),
    invalidRequest: () => order({ kind: 'status', status: invalidStatus }, create),
    launchUnauthorized: () => order({ kind: 'unauthorized' }, create),
    rateLimitedLaunch: (retryAfterSeconds) => order({ kind: 'rate_limited', retryAfterSeconds }, create),
    serverErrorAfterLaunch: () => order({ kind: 'after_effect_status', status: 500 }, create),
    cutAfterLaunch: () => order({ kind: 'cut_after_effect' }, create),
    unreadableLaunch: () =>
      order({ kind: 'after_effect_status', status: 200, body: NOTHING_WE_KNOW }, create),
    serverErrorBeforeLaunch: () => order({ kind: 'status', status: 500 }, create),
    cutBeforeLaunch: () => order({ kind: 'cut' }, create),
    cutAfterEnd: () => order({ kind: 'cut_after_effect' }, destroy),
    notYet: () => order({ kind: 'status', status: 409 }, destroy),
    hangLaunch: () => order({ kind: 'hang' }, create),
    hideLaunched: (ms) => order({ kind: 'invisible', ms }),
    unknownStatus: (id) => void control.instances.setStatus(id, unknownWord),
    endFromOutside: (id) => void control.instances.kill(id),
  }
}

/** What a harness over an emulator can order when its cloud can show everything. */
export const EVERY_FAULT = [
  'auth',
  'rateLimited',
  'rateLimitedSilently',
  'unreadable',
  'echo',
  'unavailable',
  'noCapacity',
  'invalidRequest',
  'notYet',
  'upstreamFunds',
  'quota',
  'launchUnauthorized',
  'rateLimitedLaunch',
  'serverErrorAfterLaunch',
  'cutAfterLaunch',
  'unreadableLaunch',
  'serverErrorBeforeLaunch',
  'cutBeforeLaunch',
  'cutAfterEnd',
  'hangLaunch',
  'hideLaunched',
  'unknownStatus',
  'unknownFields',
  'endFromOutside',
] as const satisfies readonly (keyof FaultOrders)[]
