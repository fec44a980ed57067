import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startChild, whyDead } from '../process/child.ts'
import { findOnPath } from '../process/find-on-path.ts'
import { makeOnce } from '../process/make-once.ts'
import { findFreePort } from '../process/ports.ts'
import { runCommand } from '../process/run-command.ts'
import { acceptsConnections, waitUntil } from '../process/wait-until.ts'
import { projectPaths } from '../project-paths.ts'
import { downloadTemporalProgram } from './download.ts'

/** Keep in step with `temporal/test-server/pom.xml`. */
const testServerVersion = '1.32.1'

/**
 * Path of Temporal's time-skipping test server: cached, downloaded, or put together from its jars on Maven Central
 * (39 jars, 33 MB) with a script around them.
 */
export async function resolveTestServer(cacheDir: string = projectPaths.cache): Promise<string> {
  const folder = join(cacheDir, `temporal-test-server-${testServerVersion}`)
  const target = join(folder, 'test-server')
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

/** For a server that lives for a minute: to compile its hottest code better would take longer than it saves. */
const jvmFlags = ['-XX:+IgnoreUnrecognizedVMOptions', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']

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
  const archive = join(folder, 'classes.jsa')
  const args = [...jvmFlags, '-cp', `${jars}/*`, 'io.temporal.testserver.TestServer']
  await archiveClasses({ java, args, archive })
  const script = join(folder, 'script.partial')
  const command = [java, `-XX:SharedArchiveFile=${archive}`, ...args].map((word) => `'${word}'`).join(' ')
  await writeFile(script, `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 })
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

/**
 * Starts the server once and keeps the classes that it loaded as Java maps them into memory: each later start takes a third
 * of the time, and Temporal's SDK gives up on one that takes five seconds. Where that fails, it starts without.
 */
async function archiveClasses(options: { java: string; args: string[]; archive: string }): Promise<void> {
  const { java, args, archive } = options
  const port = await findFreePort()
  const server = await startChild({
    name: 'Temporal test server',
    command: java,
    args: [`-XX:ArchiveClassesAtExit=${archive}`, ...args, String(port)],
    logFile: `${archive}.log`,
  })
  await waitUntil({
    what: 'the first start of the Temporal test server',
    check: () => acceptsConnections(port),
    timeoutMs: 60_000,
    giveUp: () => whyDead(server),
  }).finally(() => server.stop({ timeoutMs: 30_000 }))
}
