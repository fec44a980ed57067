import { z } from 'zod'
import { register } from '../registration.ts'
import { microsFromUsd } from '../usd.ts'
import { createDockerProvider } from './adapter.ts'
import { connectDocker } from './engine.ts'

const usdPerHour = z.string().regex(/^\d+(\.\d+)?$/, 'must be US dollars per hour, as 0.01')

export const docker = register({
  name: 'docker',
  settings: z.object({
    DOCKER_ENABLED: z.enum(['true', 'false']).default('false'),
    /** `unix:///path` or `tcp://host:port`; this machine's own socket where it is not given. */
    DOCKER_HOST: z.string().optional(),
    /** Keeps the pods of several installations on one engine apart. */
    DOCKER_ACCOUNT: z
      .string()
      .regex(/^[a-z0-9-]+$/, 'must be lower case letters, digits and hyphens')
      .default('docker'),
    DOCKER_USD_PER_VCPU_HOUR: usdPerHour.default('0.01'),
    DOCKER_USD_PER_GPU_HOUR: usdPerHour.default('0.50'),
    DOCKER_MAX_PODS: z.coerce.number().int().min(1).max(1000).default(8),
    /** The largest pod; all the engine has where they are not given. */
    DOCKER_MAX_VCPUS: z.coerce.number().int().min(1).optional(),
    DOCKER_MAX_RAM_GIB: z.coerce.number().int().min(1).optional(),
    /** 127.0.0.1 keeps pods to this machine; an address of this machine opens them to its network. */
    DOCKER_PUBLISH_ADDRESS: z.ipv4().default('127.0.0.1'),
  }),
  create: (settings, report) =>
    settings.DOCKER_ENABLED === 'false'
      ? null
      : createDockerProvider({
          docker: connectDocker(settings.DOCKER_HOST ?? null),
          account: settings.DOCKER_ACCOUNT,
          publishAddress: settings.DOCKER_PUBLISH_ADDRESS,
          terms: {
            microsPerVcpuHour: microsFromUsd(settings.DOCKER_USD_PER_VCPU_HOUR),
            microsPerGpuHour: microsFromUsd(settings.DOCKER_USD_PER_GPU_HOUR),
            maxPods: settings.DOCKER_MAX_PODS,
            maxVcpus: settings.DOCKER_MAX_VCPUS ?? null,
            maxRamGib: settings.DOCKER_MAX_RAM_GIB ?? null,
          },
          report,
        }),
})
