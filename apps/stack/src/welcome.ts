import { relative } from 'node:path'
import { projectPaths } from './project-paths.ts'
import type { Stack } from './stack.ts'
import type { Paint } from './terminal.ts'

/** What a person needs to know once everything is up. */
export async function welcome(stack: Stack, paint: Paint): Promise<string> {
  const { addresses, environments, dockerReachable } = stack
  const emulatedGithub = environments.api.GITHUB_BASE_URL?.startsWith('http://127.0.0.1') === true
  const rows: [string, string][] = [
    ['Dashboard', paint('cyan', addresses.dashboard)],
    ['Temporal Web', paint('cyan', addresses.temporalWeb)],
    ['API', `${paint('cyan', `${addresses.dashboard}/v1`)}  also ${addresses.api}/v1`],
    [
      'Sign in',
      emulatedGithub
        ? 'with GitHub, emulated: pick one of its users, no password'
        : 'with your GitHub account',
    ],
    [
      'Pods',
      dockerReachable ? 'emulated clouds, and real containers on this Docker engine' : 'emulated clouds',
    ],
    ['Logs', relative(projectPaths.root, stack.logFile('<part>'))],
    ['Stop', 'Ctrl-C'],
  ]
  return `\n${rows.map(([name, text]) => `  ${paint('bold', name.padEnd(14))}${text}`).join('\n')}\n`
}
