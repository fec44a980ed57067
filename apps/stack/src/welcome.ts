import { relative } from 'node:path'
import { isGithubEmulated } from './emulated-upstreams.ts'
import { isMailCaught } from './environments.ts'
import { projectPaths } from './project-paths.ts'
import type { Stack } from './stack.ts'
import type { Paint } from './terminal.ts'

/** What a person needs to know once everything is up. */
export function welcome(stack: Stack, paint: Paint): string {
  const { addresses, dockerReachable, settings } = stack
  const rows: [string, string][] = [
    ['Dashboard', paint('cyan', addresses.dashboard)],
    ['Temporal Web', paint('cyan', addresses.temporalWeb)],
    ['API', `${paint('cyan', `${addresses.dashboard}/v1`)}  also ${addresses.api}/v1`],
    [
      'Sign in',
      isGithubEmulated(settings.env)
        ? 'with GitHub (emulated): pick octocat or ada, or operator to see every rental'
        : 'with your GitHub account',
    ],
    [
      'Mail',
      isMailCaught(settings.env)
        ? `${paint('cyan', addresses.mail)}  everything that is sent`
        : 'by your mail server',
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
