import { projectPaths } from '@berth/stack/project-paths'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Marketplace } from './marketplace.ts'
import { until } from './until.ts'
import { WORKER_ENVIRONMENT } from './worker-environment.ts'

export interface WorkerProcessOptions {
  market: Marketplace
  temporal: { address: string; namespace?: string | undefined }
  /** Settings beside the needed ones. */
  env?: Record<string, string>
  /** Minutes by which its clock is wrong. */
  clockOffMinutes?: number
}

/** The product's own worker process, as `npm start` runs it; polls when this resolves. */
export async function startWorkerProcess(options: WorkerProcessOptions): Promise<ChildProcess> {
  const { market, temporal, env, clockOffMinutes = 0 } = options
  const skew = clockOffMinutes === 0 ? [] : ['--import', skewedClock(clockOffMinutes * 60_000)]
  const main = join(projectPaths.root, 'apps/worker/src/main.ts')
  const worker = spawn(process.execPath, [...skew, '--import', 'tsx', main], {
    cwd: projectPaths.root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...WORKER_ENVIRONMENT,
      DATABASE_URL: market.database.applicationUrl,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace ?? 'default',
      RUNPOD_API_KEY: market.runpod.apiKey,
      RUNPOD_API_BASE: market.runpod.baseUrl,
      WORKER_HEALTH_PORT: '0',
      ...env,
    },
  })
  let output = ''
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)))
  }
  await until(async () => {
    if (worker.exitCode !== null) throw new Error(`the worker ended with ${worker.exitCode}:\n${output}`)
    return output.includes('worker ready')
  })
  return worker
}

/** SIGKILL, and the process is gone when this resolves. */
export async function killWorker(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return
  worker.kill('SIGKILL')
  await once(worker, 'exit')
}

/** A module that makes every clock of JavaScript in its process wrong. */
const skewedClock = (offMs: number): string =>
  `data:text/javascript,${encodeURIComponent(
    `const True = Date
     globalThis.Date = class extends True {
       constructor(...given) { given.length > 0 ? super(...given) : super(True.now() + ${offMs}) }
       static now() { return True.now() + ${offMs} }
     }`,
  )}`
