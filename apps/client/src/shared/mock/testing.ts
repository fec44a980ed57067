import { createApiClient, type ApiClient } from '@berth/contract/client'
import type { Faults } from './faults.ts'
import { createMockFetch } from './mock-fetch.ts'
import { advance } from './world/pod-story.ts'
import { seedWorld, type Scenario } from './world/seed.ts'
import { createWorld, type World, type WorldState } from './world/world.ts'

export interface MockApi {
  api: ApiClient
  fetch: typeof globalThis.fetch
  world: World
  /** Lets so many seconds pass. */
  wait: (seconds: number) => void
}

const START_MS = Date.parse('2026-03-01T12:00:00.000Z')
const seeded = new Map<Scenario, WorldState>()

/** Living through the past takes a while: once for each scenario is enough. */
function stateOf(scenario: Scenario): WorldState {
  const state = seeded.get(scenario) ?? seedWorld(scenario, () => START_MS).state
  seeded.set(scenario, state)
  return structuredClone(state)
}

/** The mock on a clock that stands still unless a test moves it. */
export function startMockApi(options: { scenario?: Scenario; faults?: Faults } = {}): MockApi {
  let nowMs = START_MS
  const world = createWorld(stateOf(options.scenario ?? 'usual'), () => nowMs)
  const fetch = createMockFetch(world, options.faults ? { faults: options.faults } : {})
  return {
    api: createApiClient({ fetch, baseUrl: 'http://mock.test' }),
    fetch,
    world,
    wait: (seconds) => {
      nowMs += seconds * 1000
      advance(world)
    },
  }
}
