import type { Part } from '../part.ts'
import type { Stack } from '../stack.ts'
import { restartingProcess } from './restarting-process.ts'

/** The Temporal worker; when it is back every workflow goes on where it was. */
export const workerPart = ({ addresses, environments, logFile }: Stack): Part =>
  restartingProcess({
    name: 'Worker',
    needs: ['PostgreSQL', 'Temporal', 'Upstreams'],
    entry: 'apps/worker/src/main.ts',
    env: environments.worker,
    logFile: logFile('worker'),
    readyUrl: `${addresses.workerHealth}/ready`,
    detail: 'runs the rentals',
  })
