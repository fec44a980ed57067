import type { MachineGpus } from '../kit/ssh/machine.ts'
import type { MachineDoors } from '../kit/ssh/machine-doors.ts'
import { type Droplet, idOf } from './droplet.ts'
import { findSize } from './sizes.ts'

/** Opens a droplet's SSH door for root and answers its port. */
export const openDoor = (droplet: Droplet, doors: MachineDoors): Promise<number> =>
  doors.open({
    id: idOf(droplet),
    port: droplet.sshPort,
    authorizedKeys: droplet.authorizedKeys,
    listens: !droplet.sshNever,
    machine: {
      hostname: droplet.name,
      username: 'root',
      home: '/root',
      env: droplet.env,
      gpus: gpusSeenIn(droplet),
    },
  })

/** What was sold, unless an order says that the host has something else in it. */
function gpusSeenIn({ size, wrongGpu }: Droplet): MachineGpus | null {
  const facts = findSize(size)
  if (facts === undefined) return null
  return {
    name: wrongGpu?.name ?? facts.card.name,
    memoryMib: wrongGpu?.memoryMib ?? facts.card.memoryMib,
    count: wrongGpu?.count ?? facts.gpu.count,
    manufacturer: facts.gpu.model.startsWith('amd') ? 'AMD' : 'NVIDIA',
  }
}
