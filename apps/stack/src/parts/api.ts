import type { Part, StartContext, StartedPart } from '../part.ts'
import type { Stack } from '../stack.ts'
import { startNodeProcess } from './node-process.ts'

/** The API. It keeps nothing of its own, so it is started again when it dies; the dashboard says so meanwhile. */
export function apiPart({ settings, addresses, environments, logFile }: Stack): Part {
  const run = async (context: StartContext, append: boolean): Promise<StartedPart> => ({
    ...(await startNodeProcess(
      {
        name: 'API',
        entry: 'apps/api/src/main.ts',
        env: environments.api,
        logFile: logFile('api'),
        readyUrl: `${addresses.api}/v1/ready`,
        detail: `port ${settings.ports.api}`,
        append,
      },
      context,
    )),
    restart: (again) => run(again, true),
  })
  return {
    name: 'API',
    needs: ['PostgreSQL', 'Temporal', 'Upstreams'],
    start: (context) => run(context, false),
  }
}
