import type { LedgerLine } from '@berth/contract/schemas/billing'
import type { Statement, Usage, UsageGroup } from '@berth/contract/schemas/reports'
import type { MockGroup } from '../mock-handlers.ts'
import { isoAt, type World } from '../world/world.ts'

const DAY_MS = 86_400_000

export const reportHandlers: MockGroup<'reports'> = {
  usage: ({ world, query: { from, to, by } }) => usageOf(world, { from, to, by }),
  statement: ({ world, params: { month } }) => statementOf(world, month),
}

interface Piece {
  day: string
  rentalId: string
  seconds: number
  charged: number
}

/** Charges cut at midnight UTC; what is cut off goes to the next piece, so that they sum to the charge. */
export function piecesOf({ state }: World): Piece[] {
  return state.ledger.flatMap(({ window, rentalId, amountMicros }) => {
    if (window === null || rentalId === null) return []
    const [fromMs, toMs] = [Date.parse(window.from), Date.parse(window.to)]
    const pieces: Piece[] = []
    for (let dayMs = Math.floor(fromMs / DAY_MS) * DAY_MS; dayMs < toMs; dayMs += DAY_MS) {
      const done = Math.max(0, Math.floor((dayMs - fromMs) / 1000))
      const upto = Math.min(window.seconds, Math.floor((dayMs + DAY_MS - fromMs) / 1000))
      const share = (seconds: number) => Math.floor((-amountMicros * seconds) / window.seconds)
      const day = isoAt(dayMs).slice(0, 10)
      pieces.push({ day, rentalId, seconds: upto - done, charged: share(upto) - share(done) })
    }
    return pieces
  })
}

function usageOf(world: World, { from, to, by }: { from: string; to: string; by: UsageGroup }): Usage {
  const rows = new Map<string, Usage['rows'][number]>()
  const podsOf = new Map<string, Set<string>>()
  const pieces = piecesOf(world).filter(({ day }) => day >= from && day <= to)
  for (const piece of pieces) {
    const { key, label } = groupOf(world, piece, by)
    const { seconds, chargedMicros } = rows.get(key) ?? { seconds: 0, chargedMicros: 0 }
    const pods = (podsOf.get(key) ?? new Set()).add(piece.rentalId)
    podsOf.set(key, pods)
    rows.set(key, {
      key,
      label,
      seconds: seconds + piece.seconds,
      chargedMicros: chargedMicros + piece.charged,
      rentals: pods.size,
    })
  }
  const order = (a: Usage['rows'][number], b: Usage['rows'][number]): number =>
    by === 'day' ? a.key.localeCompare(b.key) : b.chargedMicros - a.chargedMicros
  return {
    from,
    to,
    by,
    rows: [...rows.values()].sort(order),
    totalSeconds: pieces.reduce((sum, { seconds }) => sum + seconds, 0),
    totalMicros: pieces.reduce((sum, { charged }) => sum + charged, 0),
  }
}

function groupOf({ state }: World, { day, rentalId }: Piece, by: UsageGroup): { key: string; label: string } {
  const view = state.rentals.find((rental) => rental.view.id === rentalId)?.view
  if (by === 'day' || !view) return { key: day, label: day }
  if (by === 'pod') return { key: rentalId, label: view.name }
  if (by === 'provider') return { key: view.provider, label: view.providerName }
  return { key: view.gpu.key, label: `${view.gpu.model} ${view.gpu.memoryGib} GB` }
}

function statementOf(world: World, month: string): Statement {
  const { state } = world
  const first = `${month}-01T00:00:00.000Z`
  const firstDate = new Date(first)
  const after = new Date(Date.UTC(firstDate.getUTCFullYear(), firstDate.getUTCMonth() + 1, 1)).toISOString()
  const sum = (lines: LedgerLine[]): number => lines.reduce((total, line) => total + line.amountMicros, 0)
  const opening = sum(state.ledger.filter(({ occurredAt }) => occurredAt < first))
  const inMonth = state.ledger.filter(({ occurredAt }) => occurredAt >= first && occurredAt < after)
  const kinds = [...new Set(inMonth.map(({ kind }) => kind))].sort()
  const lastDay = isoAt(Date.parse(after) - DAY_MS).slice(0, 10)
  const { rows } = usageOf(world, { from: `${month}-01`, to: lastDay, by: 'pod' })
  return {
    month,
    name: state.user.displayName,
    email: null,
    from: first,
    to: after,
    openingMicros: opening,
    closingMicros: opening + sum(inMonth),
    movements: kinds
      .map((kind) => {
        const lines = inMonth.filter((line) => line.kind === kind)
        return { kind, count: lines.length, amountMicros: sum(lines) }
      })
      .filter(({ amountMicros }) => amountMicros !== 0),
    pods: rows.map(({ key, label, seconds, chargedMicros }) => {
      const view = state.rentals.find((rental) => rental.view.id === key)?.view
      const gpu = view ? `${view.gpuCount}× ${view.gpu.model} ${view.gpu.memoryGib} GB` : ''
      return { rentalId: key, name: label, gpu, provider: view?.providerName ?? '', seconds, chargedMicros }
    }),
    ledgerHash: inMonth.at(-1)?.hash ?? null,
    final: isoAt(world.nowMs()) >= after,
  }
}
