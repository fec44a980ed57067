import { createApiKeys } from './create-api-keys.ts'
import { createAutoTopUp } from './create-auto-top-up.ts'
import { createBilling } from './create-billing.ts'
import { createCatalog } from './create-catalog.ts'
import { createCharging } from './create-charging.ts'
import { createIdentity } from './create-identity.ts'
import { createMetering } from './create-metering.ts'
import { createNotices } from './create-notices.ts'
import { createPayments } from './create-payments.ts'
import { createPodEnvironments } from './create-pod-environments.ts'
import { createPodSightings } from './create-pod-sightings.ts'
import { createPromotions } from './create-promotions.ts'
import { createReconciliation } from './create-reconciliation.ts'
import { createRentals } from './create-rentals.ts'
import { createWallets } from './create-wallets.ts'
import { forgetOldNotices } from './forget-old-notices.ts'
import { keepPodsOverMidnight } from './keep-pods-over-midnight.ts'
import { knowLanguages } from './know-languages.ts'
import { nameCauses } from './name-causes.ts'
import { notifyChanges } from './notify-changes.ts'
import { protectAppendOnly } from './protect-append-only.ts'
import { protectLedger } from './protect-ledger.ts'
import { readBooksAt } from './read-books-at.ts'
import { recordNotices } from './record-notices.ts'
import { seeSessions } from './see-sessions.ts'
import { settleInSets } from './settle-in-sets.ts'
import { switchOffDeadWebhooks } from './switch-off-dead-webhooks.ts'
import { switchOffPromotions } from './switch-off-promotions.ts'
import { tellDayLimits } from './tell-day-limits.ts'
import { tellOfApiKeys } from './tell-of-api-keys.ts'
import { tellOfReversals } from './tell-of-reversals.ts'
import { tellTrueRunway } from './tell-true-runway.ts'

/** In the order they run. What has been released is never edited; a change is a new migration at the end. */
export const allMigrations = [
  createIdentity,
  createWallets,
  createRentals,
  createMetering,
  createPayments,
  createCatalog,
  protectAppendOnly,
  protectLedger,
  notifyChanges,
  createBilling,
  createPodSightings,
  createNotices,
  recordNotices,
  createAutoTopUp,
  createCharging,
  createPromotions,
  readBooksAt,
  settleInSets,
  createReconciliation,
  createApiKeys,
  tellTrueRunway,
  seeSessions,
  tellOfReversals,
  createPodEnvironments,
  keepPodsOverMidnight,
  tellDayLimits,
  tellOfApiKeys,
  switchOffDeadWebhooks,
  forgetOldNotices,
  nameCauses,
  knowLanguages,
  switchOffPromotions,
]
