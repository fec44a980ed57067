import type { EmulatorClock } from '../kit/clock.ts'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import type { FaultedRequest, Faults } from '../kit/faults.ts'
import { type ApiError, askGone, bidTooLow, noCredit, tooMany, unknownAsk } from './api-error.ts'
import { type Ask, findAsk } from './asks.ts'
import { diskMicrosPerHour, microsOf } from './dollars.ts'
import { holdsGpu, isAlive, type VastFault, type VastInstance } from './instance.ts'
import type { InstanceLife } from './instance-life.ts'
import type { CreateRequest } from './requests.ts'

type Created =
  | { readonly ok: true; readonly instance: VastInstance }
  | { readonly ok: false; readonly error: ApiError }

interface InstancesDeps {
  readonly kit: EmulatorKit<VastFault>
  readonly registry: Map<number, VastInstance>
  readonly isTaken: (askId: number) => boolean
  readonly life: InstanceLife
}

/** The instances of the emulated cloud and what a caller may do to them. */
export type Instances = ReturnType<typeof createInstances>

const FIRST_INSTANCE_ID = 30_500_000

export function createInstances({ kit, registry, isTaken, life }: InstancesDeps) {
  const { clock, faults, meter } = kit

  const nextId = (): number => Math.max(FIRST_INSTANCE_ID, ...registry.keys()) + 1

  function add(instance: VastInstance): void {
    registry.set(instance.id, instance)
    const instanceId = String(instance.id)
    meter.born({ instanceId, marker: instance.label ?? instanceId })
    meter.start({ instanceId, kind: 'disk', priceMicrosPerHour: instance.diskMicrosPerHour })
  }

  const isReadable = (instance: VastInstance): boolean =>
    isAlive(instance) && (instance.hiddenUntilMs ?? 0) <= clock.nowMs()

  return {
    create(askId: number, body: CreateRequest, request: FaultedRequest): Created {
      const refuse = (error: ApiError): Created => ({ ok: false, error })
      const ask = findAsk(askId)
      if (ask === undefined) return refuse(unknownAsk(askId))
      if (faults.take('insufficient_credit', request)) return refuse(noCredit(askId))
      if (faults.take('quota_exceeded', request)) return refuse(tooMany(askId))
      if (faults.take('no_such_ask', request) || isTaken(askId)) return refuse(askGone(askId))
      const instance = newInstance({ id: nextId(), ask, body, nowMs: clock.nowMs() })
      const bidMicros = body.price === undefined ? null : microsOf(body.price)
      const tooLow = bidMicros !== null && bidMicros < ask.minBidMicrosPerHour
      if (faults.take('refused_with_contract', request) || tooLow) {
        add(instance)
        life.halt(instance, 'stopped')
        return refuse(bidTooLow(askId, instance.id))
      }
      applyOrders(instance, { faults, request, clock })
      add(instance)
      if (body.target_state === 'running') life.boot(instance)
      else life.halt(instance, 'stopped')
      return { ok: true, instance }
    },
    /** A start that finds its GPU taken waits for it: intended to run, and stopped. */
    start(instance: VastInstance, request: FaultedRequest): void {
      if (instance.intendedStatus === 'running' && instance.curState === 'running') return
      if (faults.take('queued_start', request) || isTaken(instance.askId)) {
        instance.intendedStatus = 'running'
        instance.nextState = 'running'
      } else life.boot(instance)
    },
    stop: (instance: VastInstance): void => life.halt(instance, 'stopped'),
    get(id: number): VastInstance | undefined {
      const instance = registry.get(id)
      return instance !== undefined && isReadable(instance) ? instance : undefined
    },
    list: (): readonly VastInstance[] => [...registry.values()].filter(isReadable),
  }
}

/** Whether somebody runs on this ask. */
export const isHeld = (registry: ReadonlyMap<number, VastInstance>, askId: number): boolean =>
  [...registry.values()].some((instance) => instance.askId === askId && holdsGpu(instance))

interface NewInstanceInput {
  readonly id: number
  readonly ask: Ask
  readonly body: CreateRequest
  readonly nowMs: number
}

function newInstance({ id, ask, body, nowMs }: NewInstanceInput): VastInstance {
  return {
    id,
    askId: ask.id,
    label: body.label ?? null,
    image: body.image,
    runtype: body.runtype,
    diskGb: body.disk,
    env: body.env,
    onstart: body.onstart ?? null,
    isBid: body.price !== undefined,
    gpuMicrosPerHour: body.price === undefined ? ask.microsPerHour : microsOf(body.price),
    diskMicrosPerHour: diskMicrosPerHour(ask.storageMicrosPerGbMonth, body.disk),
    actualStatus: null,
    intendedStatus: 'running',
    curState: 'running',
    nextState: 'running',
    statusMsg: null,
    attachedKeys: [],
    createdAtMs: nowMs,
    bootsAtMs: null,
    sshPort: null,
    hiddenUntilMs: null,
    destroyedAtMs: null,
    stuckLoading: false,
    bootError: false,
    sshNever: false,
    wrongGpu: null,
  }
}

interface ApplyOrders {
  readonly faults: Faults<VastFault>
  readonly request: FaultedRequest
  readonly clock: EmulatorClock
}

/** Marks an instance about to boot with what standing orders want of it. */
function applyOrders(instance: VastInstance, { faults, request, clock }: ApplyOrders): void {
  instance.stuckLoading = faults.take('stuck_loading', request) !== null
  instance.bootError = faults.take('boot_error', request) !== null
  instance.sshNever = faults.take('ssh_never', request) !== null
  instance.wrongGpu = faults.take('wrong_gpu', request)
  const hiddenMs = faults.take('invisible', request)?.ms
  instance.hiddenUntilMs = hiddenMs === undefined ? null : clock.nowMs() + hiddenMs
}
