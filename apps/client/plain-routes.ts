import { fileURLToPath } from 'node:url'
import { runnerImport, type Plugin } from 'vite'
import type { Route } from '../../contract/routes.ts'

interface RoutesModule {
  routes: Record<string, Record<string, Route>>
}

const routesFile = fileURLToPath(new URL('../../contract/routes.ts', import.meta.url))

/**
 * Runs `contract/routes.ts` at build time and bundles its result. The module itself would bring every schema of the API,
 * and the library they are written with, into the first script that a visitor waits for.
 */
export const plainRoutes = (): Plugin => ({
  name: 'berth:plain-routes',
  apply: 'build',
  enforce: 'pre',
  async load(id) {
    if (id !== routesFile) return null
    const { module, dependencies } = await runnerImport<RoutesModule>(routesFile)
    for (const file of dependencies) this.addWatchFile(file)
    return `export const routes = ${JSON.stringify(module.routes)}`
  },
})
