import type { EmulatorClock } from '../kit/clock.ts'
import type { Meter } from '../kit/meter.ts'
import type { MachineDoors } from '../kit/ssh/machine-doors.ts'
import { findAsk } from './asks.ts'
import { isAlive, type VastInstance } from './instance.ts'
import { authorizedKeysOf, gpusSeenIn, loginEnvironmentOf } from './instance-inside.ts'

/** How much of the boot passes before the host says a first word; loading takes the rest. */
const SILENT_SHARE = 0.3

interface InstanceLifeDeps {
  readonly clock: EmulatorClock
  readonly meter: Meter
  readonly doors: MachineDoors
  readonly accountKeys: () => readonly string[]
  readonly bootMs: number
  readonly onChange: () => void
}

const meterId = ({ id }: VastInstance): string => String(id)

const startMeter = (instance: VastInstance, meter: Meter): void =>
  meter.start({
    instanceId: meterId(instance),
    kind: 'gpu',
    priceMicrosPerHour: instance.gpuMicrosPerHour,
  })

/** What happens to one instance over time: the GPU is paid while it runs, the disk until it is destroyed. */
export type InstanceLife = ReturnType<typeof createInstanceLife>

export function createInstanceLife(deps: InstanceLifeDeps) {
  const { clock, meter, doors, onChange } = deps

  function say(instance: VastInstance, status: string, message: string): void {
    instance.actualStatus = status
    instance.statusMsg = message
    onChange()
  }

  async function comeUp(instance: VastInstance, bootsAtMs: number): Promise<void> {
    if (instance.bootError) {
      instance.bootsAtMs = null
      say(instance, 'exited', 'Error response from daemon: OCI runtime create failed')
      return
    }
    instance.sshPort = await openDoor(instance, deps)
    // Why again: while the port was being opened somebody may have stopped or destroyed it.
    if (instance.bootsAtMs !== bootsAtMs) {
      if (instance.curState !== 'running' || !isAlive(instance)) doors.shut(meterId(instance))
      return
    }
    instance.bootsAtMs = null
    startMeter(instance, meter)
    say(instance, 'running', `success, running ${instance.image}/ssh`)
  }

  return {
    say,
    /** Meant to run from now on: the image loads, then the container starts. */
    boot(instance: VastInstance): void {
      Object.assign(instance, { intendedStatus: 'running', curState: 'running', nextState: 'running' })
      instance.bootsAtMs = clock.nowMs() + deps.bootMs
      onChange()
      resumeBoot(instance, { ...deps, say, comeUp })
    },
    /** The GPU is given back and its meter stops; the disk stays and bills. */
    halt(instance: VastInstance, intended: 'running' | 'stopped'): void {
      instance.bootsAtMs = null
      Object.assign(instance, { intendedStatus: intended, curState: 'stopped', nextState: 'stopped' })
      doors.shut(meterId(instance))
      meter.stop(meterId(instance), 'gpu')
      say(instance, 'exited', 'stopped')
    },
    destroy(instance: VastInstance): void {
      instance.bootsAtMs = null
      instance.destroyedAtMs = clock.nowMs()
      doors.shut(meterId(instance))
      meter.died(meterId(instance))
      onChange()
    },
    label(instance: VastInstance, label: string): void {
      instance.label = label
      onChange()
    },
    /** From now on the GPU costs this. */
    reprice(instance: VastInstance, gpuMicrosPerHour: bigint): void {
      instance.gpuMicrosPerHour = gpuMicrosPerHour
      if (instance.actualStatus === 'running') startMeter(instance, meter)
      onChange()
    },
    /** Keys that were attached count from the next moment. */
    async reopen(instance: VastInstance): Promise<void> {
      if (instance.actualStatus === 'running') instance.sshPort = await openDoor(instance, deps)
      onChange()
    },
    /** Takes up an instance that an earlier process left: its door opens again, its boot goes on. */
    async takeUp(instance: VastInstance): Promise<void> {
      if (instance.actualStatus === 'running') instance.sshPort = await openDoor(instance, deps)
      resumeBoot(instance, { ...deps, say, comeUp })
    },
  }
}

async function openDoor(
  instance: VastInstance,
  { doors, accountKeys }: Pick<InstanceLifeDeps, 'doors' | 'accountKeys'>,
): Promise<number | null> {
  const ask = findAsk(instance.askId)
  if (ask === undefined) return null
  return await doors.open({
    id: String(instance.id),
    port: instance.sshPort,
    authorizedKeys: authorizedKeysOf(instance, accountKeys()),
    listens: !instance.sshNever,
    machine: {
      hostname: `C.${instance.id}`,
      username: 'root',
      home: '/root',
      env: loginEnvironmentOf(instance),
      gpus: gpusSeenIn(instance, ask),
    },
  })
}

interface ResumeBoot extends Pick<InstanceLifeDeps, 'clock' | 'bootMs'> {
  readonly say: (instance: VastInstance, status: string, message: string) => void
  readonly comeUp: (instance: VastInstance, bootsAtMs: number) => Promise<void>
}

function resumeBoot(instance: VastInstance, { clock, bootMs, say, comeUp }: ResumeBoot): void {
  const { bootsAtMs } = instance
  if (bootsAtMs === null) return
  const leftMs = Math.max(0, bootsAtMs - clock.nowMs())
  const stillBooting = (): boolean => instance.bootsAtMs === bootsAtMs
  clock.schedule(leftMs - bootMs * (1 - SILENT_SHARE), () => {
    if (stillBooting()) say(instance, 'loading', `pulling ${instance.image}`)
  })
  clock.schedule(leftMs, () => {
    if (stillBooting() && !instance.stuckLoading) void comeUp(instance, bootsAtMs)
  })
}
