// The only file that must run before anything is installed: no dependencies, no TypeScript.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const commands = { start: './src/start.ts', test: './src/test.ts' }

const [command, ...args] = process.argv.slice(2)
if (!Object.hasOwn(commands, command)) {
  fail(`Usage: node apps/stack/bootstrap.mjs ${Object.keys(commands).join('|')} [arguments]`)
}
requireNode()
if (needsInstall()) install()

process.chdir(root)
const { register } = await import('tsx/esm/api')
register()
const { main } = await import(commands[command])
process.exitCode = await main(args)

function requireNode() {
  const wanted = [20, 19]
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > wanted[0] || (major === wanted[0] && minor >= wanted[1])) return
  fail(
    `Berth needs Node ${wanted.join('.')} or newer; this is ${process.versions.node}. See https://nodejs.org.`,
  )
}

/** npm writes `node_modules/.package-lock.json` last: missing means never finished, older means the lock file moved on. */
function needsInstall() {
  const installed = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(installed)) return true
  const lock = join(root, 'package-lock.json')
  if (statSync(lock).mtimeMs <= statSync(installed).mtimeMs) return false
  return !holdsSameVersions(lock, installed)
}

/** A checkout or a touch makes the lock file younger without changing it: compare before spending a minute. */
function holdsSameVersions(lock, installed) {
  const versionsOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages
  const have = versionsOf(installed)
  return Object.entries(versionsOf(lock)).every(
    ([path, { version, optional, link }]) =>
      path === '' ||
      link ||
      !path.startsWith('node_modules/') ||
      (have[path]?.version ?? (optional && version)) === version,
  )
}

function install() {
  console.log('Installing packages (npm ci) …')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const { status, error } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (error) fail(`npm could not be started: ${error.message}`)
  if (status !== 0) fail(`npm ci failed (exit code ${status}). Its own words are above.`)
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
