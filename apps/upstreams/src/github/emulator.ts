import express, { type Express, type Router } from 'express'
import { createControlRouter } from '../kit/control-router.ts'
import { createEmulatorKit, type EmulatorKit, type EmulatorKitOptions } from '../kit/emulator-kit.ts'
import { noOwnFaults } from '../kit/faults.ts'
import { createProviderApp } from '../kit/provider-app.ts'
import { createSnapshot, loadSnapshot } from '../kit/snapshot.ts'
import { createGrants, githubStateSchema } from './grants.ts'
import { createOAuthRoutes, type OAuthApplication } from './oauth-routes.ts'
import { createUserRoutes, sendGithubError } from './user-routes.ts'

export interface GithubEmulatorOptions extends EmulatorKitOptions, Partial<OAuthApplication> {
  readonly stateDir?: string | null
}

export interface GithubControl extends EmulatorKit<never> {
  /** As when this person revokes the application in their settings. */
  revokeAll(login: string): void
}

export interface GithubEmulator {
  readonly name: 'github'
  readonly app: Express
  readonly controlRouter: Router
  readonly control: GithubControl
  close(): void
}

/** The application registered where nothing else is said; worth nothing anywhere else. */
export const DEFAULT_APPLICATION: OAuthApplication = {
  clientId: 'berth-local',
  clientSecret: 'github_emulated_secret',
}

/** GitHub's sign-in for web applications, emulated: the page, the exchange, and who one is. */
export function createGithubEmulator(options: GithubEmulatorOptions = {}): GithubEmulator {
  const { stateDir = null, clientId = DEFAULT_APPLICATION.clientId } = options
  const { clientSecret = DEFAULT_APPLICATION.clientSecret } = options
  const kit = createEmulatorKit<never>({ ...options, ownFaults: noOwnFaults })
  const grants = createGrants({ clock: kit.clock, onChange: () => snapshot.touch() })
  const snapshot = createSnapshot({
    dir: stateDir,
    name: 'github',
    schema: githubStateSchema,
    collect: () => ({ tokens: [...grants.tokens()] }),
  })
  grants.restore(loadSnapshot({ dir: stateDir, name: 'github', schema: githubStateSchema })?.tokens ?? [])

  return {
    name: 'github',
    control: { ...kit, revokeAll: grants.revokeAll },
    controlRouter: createControlRouter({ kit }),
    app: createProviderApp({
      kit,
      parsers: [express.urlencoded({ extended: false }), express.json()],
      routes: express
        .Router()
        .use(
          createOAuthRoutes({ grants, application: { clientId, clientSecret } }),
          createUserRoutes({ grants }),
        ),
      renderError: sendGithubError,
    }),
    close() {
      snapshot.close()
      if (options.clock === undefined) kit.clock.close()
    },
  }
}
