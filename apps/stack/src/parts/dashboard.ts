import { join } from 'node:path'
import { buildDashboard } from '../dashboard/build-dashboard.ts'
import { serveDashboard } from '../dashboard/serve-dashboard.ts'
import type { Part } from '../part.ts'
import { projectPaths } from '../project-paths.ts'
import type { Stack } from '../stack.ts'

/**
 * The dashboard: a production build served with `/v1` on the same origin, or with `--dev` Vite's own server, which
 * reloads what changes. Building takes the longest of all parts, so it waits for nothing.
 */
export function dashboardPart({ settings, addresses }: Stack): Part {
  const port = settings.ports.dashboard
  return {
    name: 'Dashboard',
    needs: [],
    start: async ({ progress, signal }) => {
      if (settings.dev) return startViteServer(port, addresses.api)
      const { folder, built } = await buildDashboard({ onProgress: progress, signal })
      const server = await serveDashboard({ folder, apiUrl: addresses.api, port })
      return { detail: `${built ? 'built' : 'unchanged'}, port ${port}`, stop: server.close }
    },
  }
}

async function startViteServer(port: number, apiUrl: string): ReturnType<Part['start']> {
  const { createServer } = await import('vite')
  const root = join(projectPaths.root, 'apps/client')
  const server = await createServer({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
    server: { port, strictPort: true, host: '127.0.0.1', proxy: { '/v1': { target: apiUrl, ws: true } } },
  })
  await server.listen()
  return { detail: `hot reload, port ${port}`, stop: () => server.close() }
}
