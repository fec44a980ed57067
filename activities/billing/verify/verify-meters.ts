import { costAfter } from '@berth/contract/money'
import { ChargeWindowEntity, type ChargeWindow } from '@berth/entities/charge-window'
import { RentalSegmentEntity, type RentalSegment } from '@berth/entities/rental-segment'
import type { EntityManager } from 'typeorm'
import { LedgerProblem, type Problem } from './problem.ts'
import type { Books } from './verify-chain.ts'

/** Every meter of a wallet against its windows, and both against what the ledger earned and holds. */
export async function verifyMeters(manager: EntityManager, walletId: string, books: Books): Promise<number> {
  const segments = await manager.find(RentalSegmentEntity, { where: { walletId }, order: { id: 'ASC' } })
  let held = 0n
  for (const segment of segments) {
    const claim = claimOn(walletId, segment.id)
    const windows = await manager.find(ChargeWindowEntity, {
      where: { segmentId: segment.id },
      order: { windowStart: 'ASC', kind: 'DESC' },
    })
    verifyWindows(segment, windows)
    const earned = books.revenueByRental.get(segment.rentalId) ?? 0n
    claim(
      'I3',
      earned === segment.charged + segment.writtenOff,
      `the ledger earned ${earned}, the meter says ${segment.charged + segment.writtenOff}`,
    )
    claim('I11', segment.state !== 'closed' || segment.held === 0n, `closed, yet holds ${segment.held}`)
    held += segment.held
  }
  claimOn(walletId, walletId)('I3', held === books.held, `meters hold ${held}, the ledger says ${books.held}`)
  return segments.length
}

function verifyWindows(segment: RentalSegment, windows: ChargeWindow[]): void {
  const { startedAt, priceMicrosPerHour: price } = segment
  const claim = claimOn(segment.walletId, segment.id)
  const usage = windows.filter(({ kind }) => kind === 'usage')
  if (startedAt === null)
    return claim('I4', windows.length === 0, 'it was charged though its meter never started')
  let seconds = 0
  for (const window of usage) {
    const row = `${segment.id} ${window.windowStart.toISOString()}`
    const claimWindow = claimOn(segment.walletId, row)
    const startsAt = startedAt.getTime() + seconds * 1000
    claimWindow('I4', window.windowStart.getTime() === startsAt, 'a gap or an overlap before this window')
    const length = (window.windowEnd.getTime() - window.windowStart.getTime()) / 1000
    claimWindow('I4', length === window.seconds, `it lasts ${length} s but says ${window.seconds}`)
    const worth = costAfter(price, seconds + length) - costAfter(price, seconds)
    claimWindow('I5', window.charged === worth, `its seconds cost ${worth}, charged were ${window.charged}`)
    seconds += length
  }
  const returned = windows.filter(({ kind }) => kind === 'returned')
  const returnedSeconds = returned.reduce((total, window) => total + window.seconds, 0)
  const charged = [...usage, ...returned].reduce((total, window) => total + window.charged, 0n)
  const net = seconds + returnedSeconds
  claim('I4', net === segment.chargedSeconds, `its windows last ${net} s, it says ${segment.chargedSeconds}`)
  claim('I5', charged === segment.charged, `its windows cost ${charged}, it says ${segment.charged}`)
  claim(
    'I5',
    charged === costAfter(price, net),
    `${net} s cost ${costAfter(price, net)}, charged were ${charged}`,
  )
  const writtenOff = windows.reduce((total, window) => total + window.writtenOff, 0n)
  claim('I4', writtenOff === segment.writtenOff, `overrun of ${writtenOff}, it says ${segment.writtenOff}`)
}

const claimOn =
  (walletId: string, row: string) =>
  (invariant: Problem['invariant'], holds: boolean, words: string): void => {
    if (!holds) throw new LedgerProblem({ invariant, walletId, row, words })
  }
