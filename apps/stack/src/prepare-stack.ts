import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { stackAddresses } from './addresses.ts'
import { isDockerReachable } from './docker-engine.ts'
import { stackEnvironments } from './environments.ts'
import { takenPorts } from './preflight.ts'
import { stopLeftovers } from './run-record.ts'
import { localSecrets } from './secrets.ts'
import type { StackSettings } from './settings.ts'
import type { Stack } from './stack.ts'

/** What a stack keeps in its data folder; `--fresh` removes these and nothing else that may lie there. */
const ours = [
  'postgres',
  'postgres.unfinished',
  'temporal',
  'upstreams',
  'logs',
  'secrets.json',
  'verification-key',
]

export const runRecordFile = (dataDir: string): string => join(dataDir, 'run.json')

/**
 * Makes the data folder ready and works out where everything will be. Throws, saying what to do, when another start
 * uses the same data or a port is taken.
 */
export async function prepareStack(settings: StackSettings, onNote: (text: string) => void): Promise<Stack> {
  const { dataDir } = settings
  await mkdir(dataDir, { recursive: true })
  const leftovers = await stopLeftovers(runRecordFile(dataDir))
  if (leftovers.length > 0) onNote(`Stopped what an earlier start left running: ${leftovers.join(', ')}.`)
  const taken = await takenPorts(settings)
  if (taken.length > 0) throw new Error(taken.join('\n'))
  if (settings.fresh) {
    await Promise.all(ours.map((name) => rm(join(dataDir, name), { recursive: true, force: true })))
    onNote('Starting over: database, workflows and logs were removed.')
  }
  const secrets = localSecrets(join(dataDir, 'secrets.json'))
  const addresses = stackAddresses(settings, secrets)
  const dockerReachable = await isDockerReachable()
  return {
    settings,
    secrets,
    addresses,
    dockerReachable,
    environments: stackEnvironments({ settings, secrets, addresses, dockerEnabled: dockerReachable }),
    logFile: (part) => join(dataDir, 'logs', `${part}.log`),
  }
}
