import type { Meter } from '../kit/meter.ts'
import { findFlavor, PRICES_MICROS, priceOf } from './flavors.ts'
import { idOf, type Vm } from './vm.ts'

/** What is billed in each state: building and failing cost nothing, being shut off or going to sleep costs all. */
const BILLED_IN: Readonly<Record<string, readonly Charge[]>> = {
  CREATING: [],
  BUILD: [],
  ACTIVE: ['gpu', 'address'],
  SHUTOFF: ['gpu', 'address'],
  HIBERNATING: ['gpu', 'address'],
  HIBERNATED: ['disk', 'address'],
  RESTORING: ['disk', 'address'],
  ERROR: [],
  DELETING: [],
}
/** Hyperstack bills by the minute. */
const BILLED_SECONDS = 60
type Charge = 'gpu' | 'address' | 'disk'
const CHARGES: readonly Charge[] = ['gpu', 'address', 'disk']

export type VmBooks = ReturnType<typeof createVmBooks>

/** What the emulated cloud charges for a machine in the state it is in. */
export function createVmBooks(meter: Meter) {
  function priceMicrosPerHour(vm: Vm, charge: Charge): bigint {
    const flavor = findFlavor(vm.flavor)
    if (charge === 'address') return vm.addressAtMs === null ? 0n : (PRICES_MICROS['Public-IP'] ?? 0n)
    if (flavor === undefined) return 0n
    return charge === 'gpu' ? priceOf(flavor) : (PRICES_MICROS['Cloud-SSD'] ?? 0n) * BigInt(flavor.diskGb)
  }

  /** What a charge runs at now; 0 for one that does not run. */
  const runningPrice = (instanceId: string, charge: Charge): bigint =>
    meter
      .aliveNow()
      .find((book) => book.instanceId === instanceId)
      ?.segments.find(({ kind, toMs }) => kind === charge && toMs === null)?.priceMicrosPerHour ?? 0n

  return {
    open: (vm: Vm): void => meter.born({ instanceId: idOf(vm), marker: vm.name }),
    /** Makes the running charges those of the state; a word the cloud does not know changes nothing. */
    follow(vm: Vm): void {
      const billed = BILLED_IN[vm.status]
      if (billed === undefined) return
      const instanceId = idOf(vm)
      for (const kind of CHARGES) {
        const price = billed.includes(kind) ? priceMicrosPerHour(vm, kind) : 0n
        if (price === 0n) meter.stop(instanceId, kind)
        else if (price !== runningPrice(instanceId, kind))
          meter.start({ instanceId, kind, priceMicrosPerHour: price, incrementSeconds: BILLED_SECONDS })
      }
    },
    close: (vm: Vm): void => meter.died(idOf(vm)),
  }
}
