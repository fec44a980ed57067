import { mkdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { projectPaths } from '../project-paths.ts'
import { runCommand } from '../process/run-command.ts'

/**
 * Builds the Temporal CLI, server and Web UI included, from the module versions pinned in `temporal/cli/go.sum`: the
 * way for machines that reach a Go module proxy but not Temporal's download service. Takes minutes, once.
 */
export async function buildTemporalCli(options: {
  go: string
  target: string
  signal?: AbortSignal
}): Promise<void> {
  const { go, target, signal } = options
  await mkdir(dirname(target), { recursive: true })
  const partial = `${target}.partial`
  const { code, output } = await runCommand({
    command: go,
    args: [
      'build',
      '-mod=readonly',
      '-trimpath',
      '-ldflags',
      '-s -w',
      '-o',
      partial,
      'github.com/temporalio/cli/cmd/temporal',
    ],
    cwd: join(projectPaths.root, 'apps/stack/temporal/cli'),
    env: { ...process.env, CGO_ENABLED: '0' },
    timeoutMs: 1_200_000,
    ...(signal ? { signal } : {}),
  })
  if (code !== 0)
    throw new Error(`go build ended with exit code ${code}:\n${output.split('\n').slice(-15).join('\n')}`)
  await rename(partial, target)
}
