import { access } from './en/access.ts'
import { auth } from './en/auth.ts'
import { charging } from './en/charging.ts'
import { common } from './en/common.ts'
import { failures } from './en/failures.ts'
import { market } from './en/market.ts'
import { notices } from './en/notices.ts'
import type { operator } from './en/operator.ts'
import { pods } from './en/pods.ts'
import { reports } from './en/reports.ts'
import { rent } from './en/rent.ts'
import { shell } from './en/shell.ts'
import { sshKeys } from './en/ssh-keys.ts'
import { stopTerms } from './en/stop-terms.ts'
import { wallet } from './en/wallet.ts'

/** What the page brings from the start; the words of operators' pages come with those pages. */
export const en = {
  access,
  auth,
  charging,
  common,
  failures,
  market,
  notices,
  pods,
  rent,
  reports,
  shell,
  sshKeys,
  stopTerms,
  wallet,
}

/** The shape every language has. */
export type Messages = typeof en & { operator: typeof operator }
