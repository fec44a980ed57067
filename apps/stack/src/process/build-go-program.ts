import { mkdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { projectPaths } from '../project-paths.ts'
import { findOnPath } from './find-on-path.ts'
import { runCommand } from './run-command.ts'

interface GoProgram {
  go: string
  /** Where its `go.mod` and `go.sum` pin every module, below the project's root. */
  module: string
  /** The package to build. */
  name: string
  target: string
  signal?: AbortSignal
}

/** Go of this machine, also where its usual place is not on PATH. */
export const findGo = (path: string | undefined): string | undefined =>
  findOnPath(['go'], `${path ?? ''}:/usr/local/go/bin`)

/** Builds a program from pinned modules and puts it in place in one step. */
export async function buildGoProgram({ go, module, name, target, signal }: GoProgram): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  const partial = `${target}.partial`
  const { code, output } = await runCommand({
    command: go,
    args: ['build', '-mod=readonly', '-trimpath', '-ldflags', '-s -w', '-o', partial, name],
    cwd: join(projectPaths.root, module),
    env: { ...process.env, CGO_ENABLED: '0' },
    timeoutMs: 1_200_000,
    ...(signal ? { signal } : {}),
  })
  if (code !== 0)
    throw new Error(`go build ended with exit code ${code}:\n${output.split('\n').slice(-15).join('\n')}`)
  await rename(partial, target)
}
