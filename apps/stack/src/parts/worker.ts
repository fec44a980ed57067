import type { Part, StartContext, StartedPart } from '../part.ts'
import type { Stack } from '../stack.ts'
import { startNodeProcess } from './node-process.ts'

/** The Temporal worker. It is started again when it dies: every workflow goes on where it was. */
export function workerPart({ addresses, environments, logFile }: Stack): Part {
  const run = async (context: StartContext, append: boolean): Promise<StartedPart> => ({
    ...(await startNodeProcess(
      {
        name: 'Worker',
        entry: 'apps/worker/src/main.ts',
        env: environments.worker,
        logFile: logFile('worker'),
        readyUrl: `${addresses.workerHealth}/ready`,
        detail: 'runs the rentals',
        append,
      },
      context,
    )),
    restart: (again) => run(again, true),
  })
  return {
    name: 'Worker',
    needs: ['PostgreSQL', 'Temporal', 'Upstreams'],
    start: (context) => run(context, false),
  }
}
