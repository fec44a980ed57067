import type { Part } from '../part.ts'
import type { Stack } from '../stack.ts'
import { restartingProcess } from './restarting-process.ts'

/** The API; while it is away the dashboard says so. */
export const apiPart = ({ settings, addresses, environments, logFile }: Stack): Part =>
  restartingProcess({
    name: 'API',
    needs: ['PostgreSQL', 'Temporal', 'Upstreams'],
    entry: 'apps/api/src/main.ts',
    env: environments.api,
    logFile: logFile('api'),
    readyUrl: `${addresses.api}/v1/ready`,
    detail: `port ${settings.ports.api}`,
  })
