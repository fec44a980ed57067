import { existsSync } from 'node:fs'
import { aptInstaller } from '../process/apt-install.ts'
import { findOnPath, isExecutable } from '../process/find-on-path.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const macApplication = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

/**
 * Path of a Chromium: `CHROMIUM_PATH`, one on PATH, or, where we are root on a Debian, the one apt-get installs now.
 * Throws with what to do when there is none.
 */
export async function resolveBrowser(options: {
  env: NodeJS.ProcessEnv
  onProgress?: (detail: string) => void
  install?: () => Promise<void>
}): Promise<string> {
  const { env, onProgress = () => undefined } = options
  if (env.CHROMIUM_PATH) {
    if (isExecutable(env.CHROMIUM_PATH)) return env.CHROMIUM_PATH
    throw new Error(`CHROMIUM_PATH names ${env.CHROMIUM_PATH}, which is not an executable file.`)
  }
  const found = findOnPath(names, env.PATH) ?? (existsSync(macApplication) ? macApplication : undefined)
  if (found !== undefined) return found

  const install = aptInstaller(env)
  if (install === undefined) {
    throw new Error('The browser tests need Chromium: install it (or Chrome), or set CHROMIUM_PATH to one.')
  }
  onProgress('installing chromium with apt-get')
  await (options.install ?? (() => install(['chromium', 'fonts-liberation'])))()
  const installed = findOnPath(names, env.PATH)
  if (installed === undefined) throw new Error('apt-get installed chromium, and still none is on PATH.')
  return installed
}
