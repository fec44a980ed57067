import { emulatedUpstreams } from '../emulated-upstreams.ts'
import type { Part } from '../part.ts'
import type { Stack } from '../stack.ts'
import { startNodeProcess } from './node-process.ts'

/** The emulated clouds, GitHub and Stripe: what makes the whole product work without an account anywhere. */
export function upstreamsPart({ addresses, environments, logFile }: Stack): Part {
  return {
    name: 'Upstreams',
    needs: [],
    start: (context) =>
      startNodeProcess(
        {
          name: 'Upstreams',
          entry: 'apps/upstreams/src/main.ts',
          env: environments.upstreams,
          logFile: logFile('upstreams'),
          readyUrl: `${addresses.upstreamsControl}/control/health`,
          detail: `emulated: ${emulatedUpstreams.map(({ name }) => name).join(', ')}`,
        },
        context,
      ),
  }
}
