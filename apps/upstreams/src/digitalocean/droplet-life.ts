import type { EmulatorClock } from '../kit/clock.ts'
import type { Meter } from '../kit/meter.ts'
import type { MachineDoors } from '../kit/ssh/machine-doors.ts'
import { type Droplet, idOf, isAlive } from './droplet.ts'
import { openDoor } from './open-door.ts'
import type { SizeFacts } from './sizes.ts'

interface DropletLifeDeps {
  readonly clock: EmulatorClock
  readonly meter: Meter
  readonly doors: MachineDoors
  /** From create (or power on) to active. */
  readonly bootMs: number
  readonly onChange: () => void
}

/** GPU Droplets are billed by the second, and never for less than five minutes. */
const LEAST_BILLED_SECONDS = 300

/** What happens to one droplet over time. It is billed from create to destroy, switched off or not. */
export type DropletLife = ReturnType<typeof createDropletLife>

export function createDropletLife({ clock, meter, doors, bootMs, onChange }: DropletLifeDeps) {
  function change(droplet: Droplet, status: string): void {
    droplet.status = status
    onChange()
  }

  function resumeEvent(droplet: Droplet): void {
    const { eventEndsAtMs } = droplet
    if (eventEndsAtMs === null || droplet.stuckNew) return
    clock.schedule(eventEndsAtMs - clock.nowMs(), () => {
      if (droplet.eventEndsAtMs === eventEndsAtMs) void comeUp(droplet, eventEndsAtMs)
    })
  }

  async function comeUp(droplet: Droplet, eventEndsAtMs: number): Promise<void> {
    if (droplet.createFails) {
      end(droplet, 0)
      return
    }
    droplet.sshPort = await openDoor(droplet, doors)
    // Why again: while the port was being opened somebody may have destroyed it.
    if (droplet.eventEndsAtMs !== eventEndsAtMs) {
      if (!isAlive(droplet)) doors.shut(idOf(droplet))
      return
    }
    finishEvent(droplet)
    change(droplet, 'active')
  }

  function finishEvent(droplet: Droplet): void {
    droplet.eventEndsAtMs = null
    if (droplet.lastAction) droplet.lastAction.completedAtMs = clock.nowMs()
  }

  function begin(droplet: Droplet): void {
    droplet.eventEndsAtMs = clock.nowMs() + bootMs
    onChange()
    resumeEvent(droplet)
  }

  function end(droplet: Droplet, readableMs: number): void {
    droplet.eventEndsAtMs = null
    droplet.destroyedAtMs = clock.nowMs()
    droplet.forgottenAtMs = clock.nowMs() + readableMs
    doors.shut(idOf(droplet))
    meter.died(idOf(droplet))
    onChange()
  }

  return {
    change,
    create(droplet: Droplet, size: SizeFacts): void {
      meter.born({ instanceId: idOf(droplet), marker: droplet.name })
      meter.start({
        instanceId: idOf(droplet),
        kind: 'gpu',
        priceMicrosPerHour: size.priceMicrosPerHour,
        leastSeconds: LEAST_BILLED_SECONDS,
      })
      begin(droplet)
    },
    powerOn: begin,
    powerOff(droplet: Droplet): void {
      doors.shut(idOf(droplet))
      finishEvent(droplet)
      change(droplet, 'off')
    },
    /** Destroys it for the meter at once; it stays readable for so long. */
    end,
    /** Takes up a droplet that an earlier process left: its door opens again, its event goes on. */
    async takeUp(droplet: Droplet): Promise<void> {
      if (droplet.status === 'active') droplet.sshPort = await openDoor(droplet, doors)
      resumeEvent(droplet)
    },
  }
}
