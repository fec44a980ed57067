import type { EmulatorClock } from '../kit/clock.ts'
import type { Meter } from '../kit/meter.ts'
import { isAlive, type LambdaInstance } from './instance.ts'
import type { InstanceDoors } from './instance-doors.ts'

interface InstanceLifeDeps {
  readonly clock: EmulatorClock
  readonly meter: Meter
  readonly doors: InstanceDoors
  /** From launch to passed health checks. */
  readonly bootMs: number
  /** From the terminate order to the word "terminated". */
  readonly teardownMs: number
  /** How long a terminated instance can still be read. */
  readonly lingerMs: number
  readonly onChange: () => void
}

/** Lambda bills whole minutes. */
const BILLED_SECONDS = 60

/** What happens to one instance over time; the meter runs from passed health checks to the terminate order. */
export type InstanceLife = ReturnType<typeof createInstanceLife>

export function createInstanceLife(deps: InstanceLifeDeps) {
  const { clock, meter, doors, bootMs, teardownMs, lingerMs, onChange } = deps

  function change(instance: LambdaInstance, status: string): void {
    instance.status = status
    onChange()
  }

  async function comeUp(instance: LambdaInstance, bootsAtMs: number): Promise<void> {
    if (instance.bootUnhealthy) {
      instance.bootsAtMs = null
      change(instance, 'unhealthy')
      return
    }
    instance.sshPort = await doors.open(instance)
    // Why again: while the port was being opened somebody may have ended it or ordered another boot.
    if (instance.bootsAtMs !== bootsAtMs) {
      if (!isAlive(instance)) doors.shut(instance.id)
      return
    }
    instance.bootsAtMs = null
    startMeter(instance, deps)
    change(instance, 'active')
  }

  function close(instance: LambdaInstance): void {
    instance.bootsAtMs = null
    instance.endedAtMs ??= clock.nowMs()
    doors.shut(instance.id)
    meter.died(instance.id)
  }

  function finish(instance: LambdaInstance, readableMs: number): void {
    instance.forgottenAtMs = clock.nowMs() + readableMs
    change(instance, 'terminated')
  }

  return {
    change,
    boot(instance: LambdaInstance): void {
      doors.shut(instance.id)
      instance.bootsAtMs = clock.nowMs() + bootMs
      change(instance, 'booting')
      resumeBoot(instance, { clock, comeUp })
    },
    /** Ends it for the meter at once; the words follow in their own time. */
    end(instance: LambdaInstance, readableMs = lingerMs): void {
      close(instance)
      change(instance, 'terminating')
      clock.schedule(teardownMs, () => finish(instance, readableMs))
    },
    /** Gone at once, without a word left to read. */
    vanish(instance: LambdaInstance): void {
      close(instance)
      finish(instance, 0)
    },
    /** Taken by the cloud itself: the word stays until somebody terminates it. */
    preempt(instance: LambdaInstance): void {
      close(instance)
      change(instance, 'preempted')
    },
    /** Takes up an instance that an earlier process left: its door opens again, its boot or end goes on. */
    async takeUp(instance: LambdaInstance): Promise<void> {
      if (instance.status === 'active') instance.sshPort = await doors.open(instance)
      resumeBoot(instance, { clock, comeUp })
    },
  }
}

interface ResumeBoot {
  readonly clock: EmulatorClock
  readonly comeUp: (instance: LambdaInstance, bootsAtMs: number) => Promise<void>
}

function resumeBoot(instance: LambdaInstance, { clock, comeUp }: ResumeBoot): void {
  const { bootsAtMs } = instance
  if (bootsAtMs === null || instance.stuckBooting) return
  clock.schedule(bootsAtMs - clock.nowMs(), () => {
    if (instance.bootsAtMs === bootsAtMs) void comeUp(instance, bootsAtMs)
  })
}

/** Once, at the first passed health check; a restart does not stop it. */
function startMeter(
  instance: LambdaInstance,
  { clock, meter }: Pick<InstanceLifeDeps, 'clock' | 'meter'>,
): void {
  if (instance.activeAtMs !== null) return
  instance.activeAtMs = clock.nowMs()
  meter.start({
    instanceId: instance.id,
    kind: 'gpu',
    priceMicrosPerHour: instance.priceMicrosPerHour,
    incrementSeconds: BILLED_SECONDS,
  })
}
