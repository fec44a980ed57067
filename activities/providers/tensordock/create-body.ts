import { environmentFileOf } from '../environment-file.ts'
import type { LaunchRequest } from '../port.ts'
import type { CreateInstanceAttributes } from './api.ts'
import { SMALLEST_DISK_GIB, type TensorDockLaunchData } from './offers.ts'
import type { WayIn } from './way-in.ts'

/** Ubuntu 24.04 with NVIDIA's driver, CUDA and PyTorch. */
const IMAGE = 'ubuntu2404_ml_pytorch'
const KEYS_FILE = '/opt/berth/authorized_keys'
const ENVIRONMENT_FILE = '/opt/berth/environment'

interface CreateBodyParts {
  provider: string
  request: LaunchRequest
  launchData: TensorDockLaunchData
  wayIn: WayIn
}

/**
 * The create body; the image is TensorDock's own. It takes one key and gives it to a user that differs from host to host, so
 * the first boot lets all of them in as root. Keys and environment travel as files, never within a command: what a renter
 * wrote can not be taken for one.
 */
export function createBodyOf({
  provider,
  request,
  launchData,
  wayIn,
}: CreateBodyParts): CreateInstanceAttributes {
  const { gpuModel, gpuCount, vcpus, ramGib, hostId } = launchData
  const [firstKey = ''] = request.sshPublicKeys
  const environment = environmentFileOf({ provider, env: request.env })
  const files = [
    { path: KEYS_FILE, content: `${request.sshPublicKeys.join('\n')}\n`, permissions: '0600' },
    ...(environment === '' ? [] : [{ path: ENVIRONMENT_FILE, content: environment, permissions: '0600' }]),
  ]
  return {
    name: request.marker,
    type: 'virtualmachine',
    image: IMAGE,
    hostnode_id: hostId,
    resources: {
      vcpu_count: vcpus,
      ram_gb: ramGib,
      storage_gb: Math.max(SMALLEST_DISK_GIB, request.diskGib),
      gpus: { [gpuModel]: { count: gpuCount } },
    },
    ssh_key: firstKey,
    ...(wayIn === 'dedicated_ip' ? { useDedicatedIp: true as const } : { port_forwards: wayIn }),
    cloud_init: {
      write_files: files,
      runcmd: [
        // Why a command: cloud-init itself writes root's keys after files are written, and bars them from entering.
        `install -D -m 600 -o root -g root ${KEYS_FILE} /root/.ssh/authorized_keys`,
        ...(environment === '' ? [] : [`cat ${ENVIRONMENT_FILE} >> /etc/environment`]),
      ],
    },
  }
}
