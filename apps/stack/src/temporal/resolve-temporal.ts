import { join } from 'node:path'
import { findGo } from '../process/build-go-program.ts'
import { findOnPath, isExecutable } from '../process/find-on-path.ts'
import { makeOnce } from '../process/make-once.ts'
import { projectPaths } from '../project-paths.ts'
import { buildTemporalCli } from './build-cli.ts'
import { downloadTemporalProgram } from './download.ts'

/** Newer tags of the CLI do not build from the Go module proxy; keep in step with `temporal/cli/go.mod`. */
export const temporalCliVersion = '1.5.1'

export type TemporalSource =
  | { kind: 'server'; address: string }
  | { kind: 'program'; path: string; from: 'TEMPORAL_CLI' | 'PATH' | 'cache' | 'download' | 'build' }

export interface ResolveOptions {
  env: NodeJS.ProcessEnv
  cacheDir?: string
  /** Told what is being done when it takes longer than a moment. */
  onProgress?: (message: string) => void
  signal?: AbortSignal
  download?: (target: string) => Promise<void>
  build?: (options: { go: string; target: string; signal?: AbortSignal }) => Promise<void>
}

/**
 * Where this machine gets its Temporal from; the first that works wins: a running server (`TEMPORAL_ADDRESS`),
 * a program named by `TEMPORAL_CLI` or found on PATH, the cache, the official download, a build from source.
 */
export async function resolveTemporal(options: ResolveOptions): Promise<TemporalSource> {
  const { env, cacheDir = projectPaths.cache } = options
  if (env.TEMPORAL_ADDRESS) return { kind: 'server', address: env.TEMPORAL_ADDRESS }
  if (env.TEMPORAL_CLI) {
    if (isExecutable(env.TEMPORAL_CLI))
      return { kind: 'program', path: env.TEMPORAL_CLI, from: 'TEMPORAL_CLI' }
    throw new Error(`TEMPORAL_CLI names ${env.TEMPORAL_CLI}, which is not an executable file.`)
  }
  const onPath = findOnPath(['temporal'], env.PATH)
  if (onPath !== undefined) return { kind: 'program', path: onPath, from: 'PATH' }

  const target = join(cacheDir, `temporal-cli-${temporalCliVersion}`, 'temporal')
  let from: 'cache' | 'download' | 'build' = 'cache'
  await makeOnce(target, async () => {
    from = await obtain(target, options)
  })
  return { kind: 'program', path: target, from }
}

async function obtain(target: string, options: ResolveOptions): Promise<'download' | 'build'> {
  const { env, onProgress = () => undefined, download = downloadCli, build = buildTemporalCli } = options
  onProgress('downloading the Temporal server')
  let downloadFailure: string
  try {
    await download(target)
    return 'download'
  } catch (error) {
    downloadFailure = reasonOf(error)
  }
  const go = findGo(env.PATH)
  if (go === undefined) {
    throw new Error(
      `The Temporal server could not be downloaded (${downloadFailure}) and there is no Go to build it with. ` +
        'Install the `temporal` CLI or Go 1.25, or set TEMPORAL_ADDRESS to a running server.',
    )
  }
  onProgress('building the Temporal server from source: about 3 minutes, this once')
  await build({ go, target, ...(options.signal ? { signal: options.signal } : {}) })
  return 'build'
}

const downloadCli = (target: string): Promise<void> =>
  downloadTemporalProgram({ artifact: 'cli', version: `v${temporalCliVersion}`, target })

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
