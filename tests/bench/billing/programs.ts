import { aptInstaller } from '@berth/stack/process/apt-install'
import { findOnPath } from '@berth/stack/process/find-on-path'

/** Debian's package of each program that only the benchmark needs. */
const PACKAGES = { pgbench: 'postgresql-contrib', 'redis-server': 'redis-server' } as const

/** Where the program is; installs it where we are root on a Debian. Throws with what to do otherwise. */
export async function resolveProgram(name: keyof typeof PACKAGES): Promise<string> {
  const found = findOnPath([name], process.env.PATH)
  if (found !== undefined) return found
  const install = aptInstaller(process.env)
  if (install === undefined) throw new Error(`This benchmark needs ${name}: put it on PATH.`)
  await install([PACKAGES[name]])
  const installed = findOnPath([name], process.env.PATH)
  if (installed === undefined)
    throw new Error(`apt-get installed ${PACKAGES[name]}, and still no ${name} is on PATH.`)
  return installed
}
