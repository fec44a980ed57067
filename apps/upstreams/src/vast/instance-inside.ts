import { parseEnvironment } from '../kit/cloud-config.ts'
import type { MachineGpus } from '../kit/ssh/machine.ts'
import type { Ask } from './asks.ts'
import type { VastInstance } from './instance.ts'

const PORT_FLAG = /^-p \d+:\d+/

/** The variables among the `env` object's entries; the rest are port flags of docker. */
const variablesOf = ({ env }: VastInstance): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !PORT_FLAG.test(name)))

/** Container ports to publish besides 22. */
export const portsOf = ({ env }: VastInstance): number[] =>
  Object.keys(env)
    .filter((name) => PORT_FLAG.test(name))
    .map((flag) => Number(flag.split(':')[1]))

/** What the start script appends to a file. Of scripts this knows one line: `echo "$NAME" | base64 -d >> file`. */
function appendedTo(file: string, instance: VastInstance): string {
  const variables = variablesOf(instance)
  const lines = (instance.onstart ?? '').matchAll(/echo "\$(\w+)" \| base64 -d >> (\S+)/g)
  return [...lines]
    .filter(([, , target]) => target === file)
    .map(([, name = '']) => Buffer.from(variables[name] ?? '', 'base64').toString('utf8'))
    .join('\n')
}

/** Who may enter: holders of the account's keys, of those attached, and of those the start script lets in. */
export const authorizedKeysOf = (instance: VastInstance, accountKeys: readonly string[]): string =>
  [...accountKeys, ...instance.attachedKeys, appendedTo('~/.ssh/authorized_keys', instance)].join('\n')

/** A login sees no variable of the container, only what the start script writes where logins look. */
export const loginEnvironmentOf = (instance: VastInstance): Record<string, string> =>
  parseEnvironment(appendedTo('/etc/environment', instance))

/** What was sold, unless an order says that the host has something else in it. */
export const gpusSeenIn = ({ wrongGpu }: VastInstance, ask: Ask): MachineGpus => ({
  name: wrongGpu?.name ?? ask.cardName,
  memoryMib: wrongGpu?.memoryMib ?? ask.gpuRamMib,
  count: wrongGpu?.count ?? ask.gpus,
  manufacturer: 'NVIDIA',
})
