import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

interface Account {
  name: string
  uid: number
  gid: number
}

/** A command line, and the account Node must switch to before running it (absent: stay who we are). */
export interface UnprivilegedCommand {
  command: string
  args: string[]
  uid?: number
  gid?: number
}

/**
 * PostgreSQL refuses to run as root, which is what containers and bare test machines run as. There its programs run
 * as `postgres`, or `nobody` where that account does not exist: nothing is added to the machine.
 */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const accounts = parseAccounts(readFileSync('/etc/passwd', 'utf8'))
  const account =
    accounts.find(({ name }) => name === 'postgres') ?? accounts.find(({ name }) => name === 'nobody')
  if (!account)
    throw new Error('PostgreSQL cannot run as root and there is no account `postgres` or `nobody`.')
  return account
}

/**
 * How to run `command` as `account`. A checkout under a closed directory (/root, a `mktemp -d`) cannot be reached by
 * that account, so the one capability to pass closed doors goes along there.
 */
export function asUnprivileged(
  account: Account | undefined,
  command: string,
  args: string[],
  paths: string[],
): UnprivilegedCommand {
  if (!account) return { command, args }
  const closed = [command, ...paths].map(firstClosedDirectory).find((path) => path !== undefined)
  if (closed === undefined) return { command, args, uid: account.uid, gid: account.gid }
  if (!existsSync('/usr/bin/setpriv')) {
    throw new Error(
      `PostgreSQL runs as ${account.name}, who cannot enter ${closed}. Allow it (chmod o+x ${closed}) or move the project.`,
    )
  }
  const identity = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups']
  const capability = ['--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override']
  return { command: '/usr/bin/setpriv', args: [...identity, ...capability, '--', command, ...args] }
}

/** The outermost directory on the way to `path` that other accounts may not enter. */
export function firstClosedDirectory(path: string): string | undefined {
  const ancestors: string[] = []
  for (let directory = dirname(resolve(path)); ; directory = dirname(directory)) {
    ancestors.unshift(directory)
    if (directory === dirname(directory)) break
  }
  return ancestors.find((directory) => existsSync(directory) && (statSync(directory).mode & 0o001) === 0)
}

function parseAccounts(passwd: string): Account[] {
  return passwd.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : []
  })
}
