import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findOnPath } from '../process/find-on-path.ts'
import { makeOnce } from '../process/make-once.ts'
import { runCommand } from '../process/run-command.ts'
import { projectPaths } from '../project-paths.ts'
import { downloadTemporalProgram } from './download.ts'

/** Keep in step with `temporal/test-server/pom.xml`. */
const testServerVersion = '1.32.1'

/**
 * Path of Temporal's time-skipping test server: cached, downloaded, or put together from its jars on Maven Central
 * (39 jars, 33 MB) with a two-line script around them.
 */
export async function resolveTestServer(cacheDir: string = projectPaths.cache): Promise<string> {
  const folder = join(cacheDir, `temporal-test-server-${testServerVersion}`)
  const target = join(folder, 'temporal-test-server')
  await makeOnce(target, async () => {
    try {
      await downloadTemporalProgram({
        artifact: 'temporal-test-server',
        version: `v${testServerVersion}`,
        target,
      })
    } catch (downloadFailure) {
      await assembleFromMaven({ folder, target, downloadFailure })
    }
  })
  return target
}

async function assembleFromMaven(options: {
  folder: string
  target: string
  downloadFailure: unknown
}): Promise<void> {
  const { folder, target, downloadFailure } = options
  const maven = findOnPath(['mvn'], process.env.PATH)
  const java = findOnPath(['java'], process.env.PATH)
  if (maven === undefined || java === undefined) {
    throw new Error(
      'The time-skipping Temporal test server could not be downloaded, and its jars need `java` and `mvn` on PATH.',
      { cause: downloadFailure },
    )
  }
  const jars = join(folder, 'lib')
  if (!existsSync(jars)) await fetchJars({ maven, jars })
  const script = join(folder, 'script.partial')
  await writeFile(
    script,
    `#!/bin/sh\nexec '${java}' -cp '${jars}/*' io.temporal.testserver.TestServer "$@"\n`,
    {
      mode: 0o755,
    },
  )
  await rename(script, target)
}

async function fetchJars({ maven, jars }: { maven: string; jars: string }): Promise<void> {
  const partial = `${jars}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  const { code, output } = await runCommand({
    command: maven,
    args: [
      '-q',
      '-B',
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${partial}`,
    ],
    cwd: join(projectPaths.root, 'apps/stack/temporal/test-server'),
    timeoutMs: 300_000,
  })
  if (code !== 0)
    throw new Error(`Maven could not fetch the Temporal test server (exit code ${code}):\n${output}`)
  await rename(partial, jars)
}
