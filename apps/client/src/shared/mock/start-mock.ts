import { parseFaults } from './faults.ts'
import { createMockFetch } from './mock-fetch.ts'
import { MockTerminal } from './mock-terminal.ts'
import { showPaymentPage } from './payment-page.ts'
import { advance } from './world/pod-story.ts'
import { SCENARIOS, seedWorld, type Scenario } from './world/seed.ts'
import { createWorld, type World, type WorldState } from './world/world.ts'

const KEPT_AS = 'berth-mock-world'
const USUAL_DELAY_MS = 120
const TICK_MS = 250

/**
 * Puts a world in memory in the place of the API, for this page and its reloads within the tab. The address chooses:
 * `?mock=` a scenario (a new world), `?mock-fail=` what fails, `?mock-delay=` how slow answers are. Resolves once the
 * page may start.
 */
export async function startMock(): Promise<void> {
  const asked = takeFromAddress()
  const world = worldFor(asked.get('mock'))
  globalThis.fetch = createMockFetch(world, {
    faults: parseFaults(asked.get('mock-fail') ?? ''),
    delayMs: Number(asked.get('mock-delay') ?? USUAL_DELAY_MS),
    fallback: globalThis.fetch.bind(globalThis),
  })
  // Why a cast: the page uses no more of a WebSocket than this one has.
  globalThis.WebSocket = MockTerminal as unknown as typeof WebSocket
  setInterval(() => advance(world), TICK_MS)
  addEventListener('pagehide', () => keep(world))
  await answerPageLoad(world)
}

/** The mock's own parameters, taken out of the address so that the page never sees them. */
function takeFromAddress(): URLSearchParams {
  const url = new URL(location.href)
  const asked = new URLSearchParams()
  for (const name of ['mock', 'mock-fail', 'mock-delay']) {
    const value = url.searchParams.get(name)
    if (value !== null) asked.set(name, value)
    url.searchParams.delete(name)
  }
  if (asked.size > 0) history.replaceState(history.state, '', url)
  return asked
}

function worldFor(scenario: string | null): World {
  const kept = sessionStorage.getItem(KEPT_AS)
  if (scenario === null && kept !== null) return createWorld(JSON.parse(kept) as WorldState)
  return seedWorld(scenarioOf(scenario ?? 'usual'))
}

function scenarioOf(name: string): Scenario {
  const scenario = SCENARIOS.find((each) => each === name)
  if (scenario === undefined) throw new Error(`There is no scenario "${name}": ${SCENARIOS.join(', ')}.`)
  return scenario
}

const keep = ({ state }: World): void => sessionStorage.setItem(KEPT_AS, JSON.stringify(state))

/** Addresses of the API that a browser visits as pages: signing in, and paying. */
async function answerPageLoad(world: World): Promise<void> {
  const url = new URL(location.href)
  if (url.pathname === '/v1/auth/github') {
    world.state.signedIn = true
    history.replaceState(null, '', url.searchParams.get('returnTo') ?? '/pods')
  }
  const [, topUpId] = /^\/v1\/mock\/checkout\/(top_\w+)$/.exec(url.pathname) ?? []
  if (topUpId !== undefined) {
    history.replaceState(null, '', await showPaymentPage(world, topUpId))
  }
}
