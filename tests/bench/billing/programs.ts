import { aptInstaller } from '@berth/stack/process/apt-install'
import { findOnPath } from '@berth/stack/process/find-on-path'
import { runCommand } from '@berth/stack/process/run-command'

/** Debian's package of each program that only the benchmark needs. */
const PACKAGES = { pgbench: 'postgresql-contrib', 'redis-server': 'redis-server' } as const
type Program = keyof typeof PACKAGES

/** Where the program is; installs it where we are root on a Debian. Throws with what to do otherwise. */
export async function resolveProgram(name: Program): Promise<string> {
  const found = await findProgram(name)
  if (found !== undefined) return found
  const install = aptInstaller(process.env)
  if (install === undefined) throw new Error(`This benchmark needs ${name}: put it on PATH.`)
  await install([PACKAGES[name]])
  const installed = await findProgram(name)
  if (installed === undefined)
    throw new Error(`apt-get installed ${PACKAGES[name]}, and still no ${name} is on PATH.`)
  return installed
}

/** Why it is run: Debian's client package leaves a pgbench on PATH that only says which package has the real one. */
async function findProgram(name: Program): Promise<string | undefined> {
  const path = findOnPath([name], process.env.PATH)
  if (path === undefined) return undefined
  const { code } = await runCommand({ command: path, args: ['--version'], timeoutMs: 10_000 })
  return code === 0 ? path : undefined
}
