import type { Part } from '../part.ts'
import type { Stack } from '../stack.ts'
import { startNodeProcess } from './node-process.ts'

export function apiPart({ settings, addresses, environments, logFile }: Stack): Part {
  return {
    name: 'API',
    needs: ['PostgreSQL', 'Temporal', 'Upstreams'],
    start: (context) =>
      startNodeProcess(
        {
          name: 'API',
          entry: 'apps/api/src/main.ts',
          env: environments.api,
          logFile: logFile('api'),
          readyUrl: `${addresses.api}/v1/ready`,
          detail: `port ${settings.ports.api}`,
        },
        context,
      ),
  }
}
