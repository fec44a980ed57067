import { formatUsd, toWire } from '@berth/contract/money'
import type { DataSource } from 'typeorm'
import { problem } from '../../http/problem.ts'
import { launchOutlook, type LaunchOutlook } from './launch-outlook.ts'

type Wish = Parameters<typeof launchOutlook>[1]

/** An early word only: what counts is decided under the wallet's lock when the workflow sets the money aside. */
export async function requireFunds(dataSource: DataSource, wish: Wish): Promise<LaunchOutlook> {
  const outlook = await launchOutlook(dataSource, wish)
  switch (outlook.refusal) {
    case null:
      return outlook
    case 'wallet_in_debt':
      throw problem(
        'wallet_in_debt',
        `Your wallet owes ${formatUsd(outlook.receivable)} from a refund or dispute. Top up at least that much, then start again.`,
        { data: { receivableMicros: toWire(outlook.receivable) } },
      )
    case 'insufficient_balance':
      throw tooPoor(outlook)
    case 'burn_limit':
      throw problem(
        'spend_limit_reached',
        `With this pod yours would cost more than the ${formatUsd(outlook.burnLimit ?? 0n)} an hour that you allow. Stop one, or raise the limit in your wallet. Nothing was charged.`,
        { data: { limit: 'per_hour', limitMicros: Number(outlook.burnLimit) } },
      )
    case 'day_limit':
      throw problem(
        'spend_limit_reached',
        `Starting this pod sets ${formatUsd(outlook.firstHold, 4)} aside; your limit leaves ${formatUsd(outlook.leftToday ?? 0n, 4)} for today. It begins anew at midnight UTC; raise it in your wallet to start now. Nothing was charged.`,
        { data: { limit: 'per_day', leftMicros: Number(outlook.leftToday) } },
      )
  }
}

function tooPoor({ firstHold, available }: LaunchOutlook) {
  const shortfall = firstHold - available
  return problem(
    'insufficient_balance',
    `Starting this pod sets ${formatUsd(firstHold, 4)} aside; you have ${formatUsd(available, 4)} free to spend. Top up at least ${formatUsd(shortfall, 4)}. Nothing was charged.`,
    {
      data: {
        requiredMicros: toWire(firstHold),
        availableMicros: toWire(available),
        shortfallMicros: toWire(shortfall),
      },
    },
  )
}
