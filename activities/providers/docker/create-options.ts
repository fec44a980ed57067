import type { ContainerCreateOptions } from 'dockerode'
import type { LaunchRequest } from '../port.ts'
import { LABELS } from './container-map.ts'
import type { EngineInfo } from './engine.ts'
import { deviceRequests } from './local-gpus.ts'
import type { DockerLaunchData } from './offers.ts'

interface PodPlan {
  request: LaunchRequest
  launchData: DockerLaunchData
  account: string
  publishAddress: string
  gpus: { way: NonNullable<EngineInfo['nvidia']>; ids: string[]; rawName: string } | null
}

const MIB = 1024 ** 2
/** A fork bomb in one pod must not take the machine. */
const MAX_PROCESSES = 8_192

/** The container of one pod. Its name is the marker, which the engine keeps unique. */
export function createOptionsOf({
  request,
  launchData,
  account,
  publishAddress,
  gpus,
}: PodPlan): ContainerCreateOptions {
  const { marker, image, env, sshPublicKeys } = request
  const { vcpus, ramMib } = launchData
  const ports = [22, ...request.ports.filter((port) => port !== 22)].map((port) => `${port}/tcp`)
  return {
    name: marker,
    Hostname: marker.slice(-20),
    Image: image,
    Env: Object.entries({ ...env, PUBLIC_KEY: sshPublicKeys.join('\n') }).map(
      ([name, value]) => `${name}=${value}`,
    ),
    Labels: {
      [LABELS.account]: account,
      [LABELS.marker]: marker,
      ...(gpus ? { [LABELS.gpus]: gpus.ids.join(','), [LABELS.gpuName]: gpus.rawName } : {}),
    },
    ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])),
    HostConfig: {
      PortBindings: Object.fromEntries(
        ports.map((port) => [port, [{ HostIp: publishAddress, HostPort: '' }]]),
      ),
      RestartPolicy: { Name: 'no' },
      NanoCpus: vcpus * 1e9,
      Memory: ramMib * MIB,
      // Why: Docker's 64 MiB starve the data loaders of every training framework.
      ShmSize: (ramMib / 2) * MIB,
      PidsLimit: MAX_PROCESSES,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
      ...(gpus ? { DeviceRequests: deviceRequests(gpus.way, gpus.ids) ?? [] } : {}),
    },
  }
}
