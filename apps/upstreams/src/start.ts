import express, { type Router } from 'express'
import { type EmulatorClock, createClock } from './kit/clock.ts'
import type { Cloud, CloudEmulator, CloudSettings } from './kit/cloud.ts'
import { listen, type Listening } from './kit/listen.ts'
import { createGithubEmulator, type GithubControl, type GithubEmulatorOptions } from './github/emulator.ts'
import type { RunPodControl } from './runpod/control.ts'
import { createRunPodEmulator, type RunPodEmulatorOptions } from './runpod/emulator.ts'
import type { StripeControl } from './stripe/control.ts'
import { createStripeEmulator, type StripeEmulatorOptions } from './stripe/emulator.ts'

/** Ports to listen on; 0, or none said, picks a free one. */
export interface UpstreamPorts {
  readonly control?: number
  readonly runpod?: number
  readonly github?: number
  readonly stripe?: number
}

export interface UpstreamsOptions {
  readonly host?: string
  readonly ports?: UpstreamPorts
  /** One clock for all of them. */
  readonly clock?: EmulatorClock
  readonly stateDir?: string | null
  readonly runpod?: RunPodEmulatorOptions
  readonly github?: GithubEmulatorOptions
  readonly stripe?: StripeEmulatorOptions
  /** The clouds beside RunPod that start too, with their settings. */
  readonly clouds?: readonly { readonly cloud: Cloud; readonly settings: CloudSettings }[]
}

export interface StartedUpstreams {
  readonly controlUrl: string
  readonly clock: EmulatorClock
  /** `baseUrl` ends in `/v2`. */
  readonly runpod: { readonly baseUrl: string; readonly control: RunPodControl }
  readonly github: { readonly baseUrl: string; readonly control: GithubControl }
  readonly stripe: { readonly baseUrl: string; readonly port: number; readonly control: StripeControl }
  /** The clouds that were asked for, by name. */
  readonly clouds: Readonly<Record<string, { readonly baseUrl: string; readonly emulator: CloudEmulator }>>
  close(): Promise<void>
}

/** All emulated upstreams of one process, on one clock, with one control port. */
export async function startUpstreams(options: UpstreamsOptions = {}): Promise<StartedUpstreams> {
  const { host = '127.0.0.1', ports = {}, clock = createClock(), stateDir = null } = options
  const common = { host, clock, stateDir }
  const runpod = createRunPodEmulator({ ...common, ...options.runpod })
  const github = createGithubEmulator({ ...common, ...options.github })
  const stripe = createStripeEmulator({ ...common, ...options.stripe })
  const clouds = (options.clouds ?? []).map(({ cloud, settings }) => ({
    ...settings,
    basePath: cloud.basePath,
    emulator: cloud.create(settings, common),
  }))
  const emulators = [runpod, github, stripe, ...clouds.map(({ emulator }) => emulator)]
  await Promise.all([runpod, ...clouds.map(({ emulator }) => emulator)].map((cloud) => cloud.restore()))

  const servers: Listening[] = []
  const serve = async (app: express.Express, port = 0): Promise<Listening> => {
    const server = await listen({ app, host, port })
    servers.push(server)
    return server
  }
  const closeAll = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()))
    for (const emulator of emulators) emulator.close()
    if (options.clock === undefined) clock.close()
  }
  try {
    const control = await serve(createControlApp(emulators), ports.control)
    const runpodServer = await serve(runpod.app, ports.runpod)
    const githubServer = await serve(github.app, ports.github)
    const stripeServer = await serve(stripe.app, ports.stripe)
    const started: Record<string, { baseUrl: string; emulator: CloudEmulator }> = {}
    for (const { port, basePath, emulator } of clouds) {
      const { origin } = await serve(emulator.app, port)
      started[emulator.name] = { baseUrl: `${origin}${basePath}`, emulator }
    }
    return {
      controlUrl: `${control.origin}/control`,
      clock,
      runpod: { baseUrl: `${runpodServer.origin}/v2`, control: runpod.control },
      github: { baseUrl: githubServer.origin, control: github.control },
      stripe: { baseUrl: stripeServer.origin, port: stripeServer.port, control: stripe.control },
      clouds: started,
      close: closeAll,
    }
  } catch (error) {
    // Why: a port that is taken must not leave the others listening.
    await closeAll()
    throw error
  }
}

interface Controlled {
  readonly name: string
  readonly controlRouter: Router
}

function createControlApp(emulators: readonly Controlled[]): express.Express {
  const app = express()
  app.disable('x-powered-by')
  app.get('/control/health', (_request, response) => {
    response.json({ status: 'ok', upstreams: emulators.map(({ name }) => name) })
  })
  for (const { name, controlRouter } of emulators) app.use(`/control/${name}`, controlRouter)
  return app
}
