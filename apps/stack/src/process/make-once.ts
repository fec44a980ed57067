import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Makes `target` if it is not there, once, even when several processes ask at the same time: the others wait for the
 * one that makes it. `make` must put `target` in place in one step (rename), so that a half-made one is never seen.
 */
export async function makeOnce(target: string, make: () => Promise<void>): Promise<void> {
  const lock = `${target}.lock`
  await mkdir(dirname(target), { recursive: true })
  while (!existsSync(target)) {
    if (await take(lock)) {
      try {
        if (!existsSync(target)) await make()
        return
      } finally {
        await rm(lock, { recursive: true, force: true })
      }
    }
    if (isAbandoned(lock)) await rm(lock, { recursive: true, force: true })
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await mkdir(lock)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  await writeFile(join(lock, 'pid'), String(process.pid))
  return true
}

function isAbandoned(lock: string): boolean {
  try {
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 0)
    return false
  } catch (error) {
    // Why: a lock whose pid is not written yet was taken a moment ago and is nobody's to break.
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
