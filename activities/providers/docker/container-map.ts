import type { ContainerInfo, ContainerInspectInfo } from 'dockerode'
import { createWordMap, type ReportOddity } from '../http/status-words.ts'
import type { Instance, InstanceState } from '../port.ts'

/** Labels that make a container ours; two installations on one engine differ by account. */
export const LABELS = {
  account: 'berth.account',
  marker: 'berth.marker',
  gpus: 'berth.gpus',
  gpuName: 'berth.gpu-name',
} as const

/** A container whose renter (or we) stopped it carries this after its name; Docker itself keeps no trace of who stopped it. */
export const STOPPED_SUFFIX = '.stopped'

/** What list and inspect both tell. */
interface ContainerFacts {
  id: string
  name: string
  labels: Record<string, string>
  status: string
  exitCode: number | null
  ports: { privatePort: number; host: string; publicPort: number }[]
  createdAt: string
  error: string | null
}

const EXITED = 'exited'
/** 128 + SIGKILL, SIGTERM: somebody ended it from outside, as an engine does that shuts down. */
const KILLED_CODES = new Set([137, 143])

/** Docker's containers in our words. */
export function createContainerMap({ provider, report }: { provider: string; report: ReportOddity }) {
  const stateOf = createWordMap<InstanceState>({
    provider,
    what: 'container state',
    words: {
      created: 'provisioning',
      restarting: 'provisioning',
      running: 'running',
      removing: 'terminating',
      [EXITED]: 'failed',
      dead: 'failed',
    },
    otherwise: 'unknown',
    report,
  })

  function instanceOf(facts: ContainerFacts): Instance {
    const { labels, ports } = facts
    const state = facts.status === EXITED ? exitState(facts) : stateOf(facts.status)
    const ssh = ports.find(({ privatePort }) => privatePort === 22)
    const gpus = labels[LABELS.gpus]?.split(',').filter(Boolean) ?? []
    return {
      id: facts.id,
      marker: labels[LABELS.marker] ?? null,
      state,
      rawStatus: facts.exitCode === null ? facts.status : `${facts.status} (${facts.exitCode})`,
      ssh: ssh && state === 'running' ? { host: ssh.host, port: ssh.publicPort, user: 'root' } : null,
      hostId: null,
      gpu: gpus.length > 0 ? { rawName: labels[LABELS.gpuName] ?? '', count: gpus.length } : null,
      upstreamMicrosPerHour: null,
      createdAt: facts.createdAt,
      ports,
      statusMessage: facts.error,
    }
  }

  return {
    ofListed: (container: ContainerInfo): Instance => instanceOf(listedFacts(container)),
    ofInspected: (container: ContainerInspectInfo): Instance => instanceOf(inspectedFacts(container)),
  }
}

/** A pod's main process is its SSH server; when that ends without our order, the pod has failed or was taken down. */
function exitState({ name, exitCode }: ContainerFacts): InstanceState {
  if (name.endsWith(STOPPED_SUFFIX)) return 'stopped'
  return KILLED_CODES.has(exitCode ?? 0) ? 'interrupted' : 'failed'
}

function listedFacts(container: ContainerInfo): ContainerFacts {
  // Why from prose: the list tells the exit code nowhere else, "Exited (137) 2 minutes ago".
  const exitCode = /^Exited \((\d+)\)/.exec(container.Status)?.[1]
  return {
    id: container.Id,
    name: container.Names[0] ?? '',
    labels: container.Labels,
    status: container.State,
    exitCode: exitCode === undefined ? null : Number(exitCode),
    ports: container.Ports.flatMap(({ IP, PrivatePort, PublicPort, Type }) =>
      Type === 'tcp' && PublicPort
        ? [{ privatePort: PrivatePort, host: reachable(IP), publicPort: PublicPort }]
        : [],
    ),
    createdAt: new Date(container.Created * 1000).toISOString(),
    error: null,
  }
}

function inspectedFacts(container: ContainerInspectInfo): ContainerFacts {
  const { State: state } = container
  const ports = Object.entries(container.NetworkSettings.Ports ?? {}).flatMap(([key, bindings]) => {
    const [privatePort, type] = key.split('/')
    const binding = (bindings as { HostIp: string; HostPort: string }[] | null)?.[0]
    return type === 'tcp' && binding
      ? [
          {
            privatePort: Number(privatePort),
            host: reachable(binding.HostIp),
            publicPort: Number(binding.HostPort),
          },
        ]
      : []
  })
  return {
    id: container.Id,
    name: container.Name,
    labels: container.Config.Labels,
    status: state.Status,
    exitCode: state.Status === EXITED ? state.ExitCode : null,
    ports,
    createdAt: container.Created,
    error: [state.OOMKilled ? 'out of memory' : '', state.Error].filter(Boolean).join('; ') || null,
  }
}

/** A port published on every address is reached on this machine's own. */
const reachable = (address: string | undefined): string =>
  !address || address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address
