import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { makeOnce } from '../process/make-once.ts'
import { runCommand } from '../process/run-command.ts'
import { projectPaths } from '../project-paths.ts'

const sources = ['apps/client', 'contract', 'package-lock.json']
/** `mock`: over a world in memory instead of an API. */
export type DashboardMode = 'production' | 'mock'

const ignored = new Set(['node_modules', 'dist', 'components.d.ts', 'auto-imports.d.ts'])

/**
 * Builds the dashboard unless the same sources were built before, and answers the folder. Each build lies under the
 * fingerprint of its sources: an unchanged checkout starts without building, and a running stack keeps its own.
 */
export async function buildDashboard(options: {
  mode?: DashboardMode
  onProgress: (detail: string) => void
  signal?: AbortSignal
}): Promise<{ folder: string; built: boolean }> {
  const { mode = 'production' } = options
  const builds = join(projectPaths.cache, mode === 'mock' ? 'dashboard-mock' : 'dashboard')
  const fingerprint = await fingerprintOf(sources.map((path) => join(projectPaths.root, path)))
  const folder = join(builds, fingerprint)
  let built = false
  await makeOnce(folder, async () => {
    options.onProgress('building')
    await viteBuild({ folder, mode, signal: options.signal })
    built = true
  })
  if (built) await removeOldBuilds(builds)
  return { folder, built }
}

async function viteBuild(options: {
  folder: string
  mode: DashboardMode
  signal: AbortSignal | undefined
}): Promise<void> {
  const { folder, mode, signal } = options
  const partial = `${folder}.partial`
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js')
  const { code, output } = await runCommand({
    command: process.execPath,
    args: [vite, 'build', '--mode', mode, '--outDir', partial, '--emptyOutDir', '--logLevel', 'warn'],
    cwd: join(projectPaths.root, 'apps/client'),
    env: { ...process.env, NODE_ENV: 'production' },
    timeoutMs: 300_000,
    ...(signal ? { signal } : {}),
  })
  if (code !== 0) throw new Error(`vite build ended with exit code ${code}:\n${output.trimEnd()}`)
  await rename(partial, folder)
}

async function fingerprintOf(paths: string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) {
    for (const file of await filesUnder(path))
      hash
        .update(file)
        .update('\0')
        .update(await readFile(file))
        .update('\0')
  }
  return hash.digest('hex').slice(0, 16)
}

async function filesUnder(path: string): Promise<string[]> {
  if (!existsSync(path)) return []
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined)
  if (!entries) return [path]
  const nested = entries
    .filter(({ name }) => !ignored.has(name) && !name.endsWith('.test.ts'))
    .sort((left, right) => left.name.localeCompare(right.name))
    .map((entry) => (entry.isDirectory() ? filesUnder(join(path, entry.name)) : [join(path, entry.name)]))
  return (await Promise.all(nested)).flat()
}

/** The three youngest stay: another checkout state, or a test run, may be serving one. */
async function removeOldBuilds(builds: string): Promise<void> {
  const names = (await readdir(builds)).filter((name) => !name.includes('.'))
  const aged = await Promise.all(
    names.map(async (name) => ({ path: join(builds, name), at: (await stat(join(builds, name))).mtimeMs })),
  )
  const old = aged.sort((left, right) => right.at - left.at).slice(3)
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })))
}
