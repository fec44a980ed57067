import { newId } from '@berth/contract/ids'
import type { ByOperator, FoundPerson, PersonLedgerLine } from '@berth/contract/schemas/operator-people'
import { type MockWallet, type Movement, writeLine } from './ledger-line.ts'
import { isoAt, type World } from './world.ts'

const DAY = 86_400_000

/** Somebody whom operators can look up, with a wallet of their own. */
export interface MockPerson {
  user: Pick<FoundPerson, 'id' | 'handle' | 'displayName' | 'email' | 'isOperator' | 'createdAt'>
  wallet: MockWallet
  ledger: PersonLedgerLine[]
}

export const aColleague = (nowMs: number): ByOperator => ({
  id: newId('user', nowMs - 90 * DAY),
  handle: 'mary',
})

/** The other people of this world: one with pods in trouble, one who owes, one who tops up and waits. */
export function otherPeople(nowMs: number, octocat: ByOperator, mary: ByOperator): MockPerson[] {
  const by = { by: mary, reference: `operator ${mary.handle} (${mary.id})` }
  return [
    person(nowMs, { ...octocat, displayName: 'Mona Octocat', email: 'mona@octocat.example', sinceDays: 41 }, [
      { daysAgo: 20, kind: 'top_up', dollars: 100 },
      { daysAgo: 9, kind: 'charge', dollars: -46.128, rentalName: 'night-train' },
      {
        ...by,
        daysAgo: 3,
        kind: 'adjustment',
        dollars: 8.5,
        note: 'The host lost its disk; the hours are given back.',
      },
      { daysAgo: 0.05, kind: 'charge', dollars: -4.97, rentalName: 'night-train' },
    ]),
    person(
      nowMs,
      { handle: 'grace-h', displayName: 'Grace Hopper', email: 'grace@navy.example', sinceDays: 12 },
      [
        { daysAgo: 12, kind: 'top_up', dollars: 50 },
        { daysAgo: 11, kind: 'charge', dollars: -31.4, rentalName: 'flow-matic' },
        { daysAgo: 2, kind: 'dispute', dollars: -18.6, owedDollars: 31.4 },
      ],
    ),
    person(nowMs, { handle: 'linus', displayName: 'Linus T.', email: null, sinceDays: 1 }, [
      { daysAgo: 1, kind: 'top_up', dollars: 25 },
      { daysAgo: 0.9, kind: 'promotion', dollars: 10, note: 'Welcome to Berth.', reference: 'WELCOME' },
    ]),
  ]
}

/** Everybody, the one who is signed in first. */
export function everybody({ state }: World): MockPerson[] {
  const { user, wallet, ledger } = state
  return [{ user: { ...user, email: 'ada@example.com' }, wallet, ledger }, ...state.people]
}

interface Past extends Partial<Pick<Movement, 'by' | 'note' | 'reference'>>, Pick<Movement, 'kind'> {
  daysAgo: number
  dollars: number
  owedDollars?: number
  rentalName?: string
}

const micros = (dollars: number): bigint => BigInt(Math.round(dollars * 1_000_000))

interface Known extends Pick<FoundPerson, 'handle' | 'displayName' | 'email'> {
  id?: string
  sinceDays: number
}

function person(nowMs: number, { sinceDays, ...known }: Known, past: readonly Past[]): MockPerson {
  const sinceMs = nowMs - sinceDays * DAY
  const wallet = {
    walletId: newId('wallet', sinceMs),
    availableMicros: 0,
    heldMicros: 0,
    receivableMicros: 0,
  }
  const ledger: PersonLedgerLine[] = []
  for (const { daysAgo, dollars, owedDollars = 0, rentalName, ...movement } of past) {
    const atMs = nowMs - daysAgo * DAY
    writeLine({ wallet, ledger }, atMs, {
      ...movement,
      availableChange: micros(dollars),
      heldChange: 0n,
      owedChange: micros(owedDollars),
      ...(rentalName ? { rental: { id: newId('rental', atMs), name: rentalName } } : {}),
    })
  }
  const user = { id: newId('user', sinceMs), isOperator: false, createdAt: isoAt(sinceMs), ...known }
  return { user, wallet, ledger }
}
