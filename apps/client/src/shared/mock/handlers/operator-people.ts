import type { FoundPerson, OperatorPerson } from '@berth/contract/schemas/operator-people'
import { isLive } from '@berth/contract/rental-status'
import type { MockGroup } from '../mock-handlers.ts'
import { everybody, type MockPerson } from '../world/people.ts'
import { refuse } from '../world/refuse.ts'
import { balanceOf } from '../world/wallet.ts'
import { isoAt, type World } from '../world/world.ts'
import { pageOf } from './page.ts'

const MOST = 20

export const operatorPeopleHandlers: MockGroup<'operatorPeople'> = {
  find: ({ world, query }) => {
    const wanted = query.q?.toLowerCase() ?? ''
    const found = everybody(world)
      .filter(({ user, wallet }) =>
        [user.handle, user.displayName, user.email ?? '', user.id, wallet.walletId].some((word) =>
          word.toLowerCase().includes(wanted),
        ),
      )
      .map((person) => foundPerson(world, person))
      .sort(
        (a, b) =>
          b.receivableMicros - a.receivableMicros || Date.parse(b.createdAt) - Date.parse(a.createdAt),
      )
    return { items: found.slice(0, MOST), more: found.length > MOST }
  },
  read: ({ world, params }) => {
    const { user, wallet } = personOf(world, params.id)
    return { ...user, balance: user.id === world.state.user.id ? balanceOf(world) : balance(world, wallet) }
  },
  ledger: ({ world, params, query }) => {
    const { ledger } = personOf(world, params.id)
    return pageOf(
      ledger.filter(({ kind }) => query.kind === undefined || kind === query.kind).reverse(),
      query,
    )
  },
}

function personOf(world: World, id: string): MockPerson {
  const found = everybody(world).find(({ user }) => user.id === id)
  if (!found) throw refuse('not_found', 'There is no such person.')
  return found
}

function foundPerson(world: World, { user, wallet }: MockPerson): FoundPerson {
  const { rentals, othersRentals } = world.state
  const live = othersRentals.filter(({ owner, phase }) => owner.id === user.id && isLive(phase)).length
  const own = rentals.filter(({ view }) => isLive(view.phase)).length
  return {
    ...user,
    walletId: wallet.walletId,
    totalMicros: wallet.availableMicros + wallet.heldMicros,
    receivableMicros: wallet.receivableMicros,
    livePods: user.id === world.state.user.id ? own : live,
  }
}

/** Nothing of other people's runs here, so nothing burns. */
const balance = (world: World, wallet: MockPerson['wallet']): OperatorPerson['balance'] => ({
  ...wallet,
  totalMicros: wallet.availableMicros + wallet.heldMicros,
  burnMicrosPerHour: 0,
  runwaySeconds: null,
  dayLimit: null,
  asOf: isoAt(world.nowMs()),
})
