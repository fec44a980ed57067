import { findOnPath } from './find-on-path.ts'
import { runCommand } from './run-command.ts'

/** Installs Debian packages; undefined where that is not ours to do: no apt-get, or we are not root. */
export function aptInstaller(env: NodeJS.ProcessEnv): ((packages: string[]) => Promise<void>) | undefined {
  const aptGet = findOnPath(['apt-get'], env.PATH)
  if (aptGet === undefined || process.getuid?.() !== 0) return undefined
  return async (packages) => {
    const quiet = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    await runCommand({ command: aptGet, args: ['update', '-qq'], env: quiet, timeoutMs: 180_000 })
    const { code, output } = await runCommand({
      command: aptGet,
      args: ['install', '-y', '-qq', '--no-install-recommends', ...packages],
      env: quiet,
      timeoutMs: 600_000,
    })
    if (code !== 0)
      throw new Error(
        `apt-get could not install ${packages.join(', ')}:\n${output.split('\n').slice(-8).join('\n')}`,
      )
  }
}
