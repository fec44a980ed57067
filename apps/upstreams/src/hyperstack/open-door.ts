import type { MachineGpus } from '../kit/ssh/machine.ts'
import type { MachineDoors } from '../kit/ssh/machine-doors.ts'
import { findFlavor } from './flavors.ts'
import { idOf, letsSshIn, type Vm } from './vm.ts'

/** Opens a machine's SSH door for `ubuntu` and answers its port; nobody listens where no rule lets SSH in. */
export const openDoor = (vm: Vm, doors: MachineDoors): Promise<number> =>
  doors.open({
    id: idOf(vm),
    port: vm.sshPort,
    authorizedKeys: vm.authorizedKeys,
    listens: letsSshIn(vm) && !vm.sshNever,
    machine: {
      hostname: vm.name,
      username: 'ubuntu',
      home: '/home/ubuntu',
      env: vm.env,
      gpus: gpusSeenIn(vm),
    },
  })

/** What was sold, unless an order says that the host has something else in it. */
function gpusSeenIn({ flavor, wrongGpu }: Vm): MachineGpus | null {
  const facts = findFlavor(flavor)
  if (facts === undefined) return null
  return {
    name: wrongGpu?.name ?? facts.card.name,
    memoryMib: wrongGpu?.memoryMib ?? facts.card.memoryMib,
    count: wrongGpu?.count ?? facts.gpuCount,
    manufacturer: 'NVIDIA',
  }
}
