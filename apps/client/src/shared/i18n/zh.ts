import type { Messages } from './en.ts'
import { access } from './zh/access.ts'
import { auth } from './zh/auth.ts'
import { charging } from './zh/charging.ts'
import { common } from './zh/common.ts'
import { failures } from './zh/failures.ts'
import { market } from './zh/market.ts'
import { notices } from './zh/notices.ts'
import { operator } from './zh/operator.ts'
import { pods } from './zh/pods.ts'
import { rent } from './zh/rent.ts'
import { reports } from './zh/reports.ts'
import { shell } from './zh/shell.ts'
import { sshKeys } from './zh/ssh-keys.ts'
import { stopTerms } from './zh/stop-terms.ts'
import { wallet } from './zh/wallet.ts'

/** Simplified Chinese; loaded when it is chosen. */
export const zh: Messages = {
  access,
  auth,
  charging,
  common,
  failures,
  market,
  notices,
  operator,
  pods,
  rent,
  reports,
  shell,
  sshKeys,
  stopTerms,
  wallet,
}

export { zh_cn } from '@nuxt/ui/locale'
