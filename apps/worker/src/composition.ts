import { createBillingActivities } from '@berth/activities/billing/activities'
import { createBilling } from '@berth/activities/billing/billing'
import type { Billing } from '@berth/activities/billing/port'
import { createCatalogActivities } from '@berth/activities/catalog/activities'
import { loadOffer } from '@berth/activities/catalog/load-offer'
import {
  createNotificationActivities,
  type NotificationSettings,
} from '@berth/activities/notifications/activities'
import { createPaymentActivities } from '@berth/activities/payments/activities'
import { createProvisioningActivities } from '@berth/activities/provisioning/activities'
import type { ProbePod } from '@berth/activities/provisioning/await-ready'
import type { Provider } from '@berth/activities/providers/port'
import { createReconciliationActivities } from '@berth/activities/reconciliation/activities'
import type { Client } from '@temporalio/client'
import type Stripe from 'stripe'
import type { DataSource } from 'typeorm'
import { createEnsureWorkflow } from './ensure-workflow.ts'
import { createTellRental } from './tell-rental.ts'

export interface World {
  dataSource: DataSource
  temporal: Client
  providers: ReadonlyMap<string, Provider>
  stripe: Stripe
  probe: ProbePod
  verificationPublicKey: string | null
  settings: { marginBasisPoints: number; publicUrl: string }
  notifications: NotificationSettings
  /** The catalog's; the machine's own where none is given. */
  clock?: { now: () => Date; nowMs: () => number }
  /** Only where a test watches the money pass. */
  billing?: Billing
}

/** Gives every port its adapter: all activities that workflows may call, over one world. */
export function composeActivities(world: World) {
  const { dataSource, temporal, providers, stripe, settings } = world
  const billing = world.billing ?? createBilling({ dataSource })
  const clock = world.clock ?? { now: () => new Date(), nowMs: () => Date.now() }
  return {
    ...createBillingActivities({ billing }),
    ...createCatalogActivities({ dataSource, providers, settings, clock }),
    ...createNotificationActivities({
      ...world.notifications,
      dataSource,
      temporal: temporal.workflow,
      publicUrl: settings.publicUrl,
    }),
    ...createPaymentActivities({ dataSource, stripe, billing, temporal: temporal.workflow, settings, clock }),
    ...createReconciliationActivities({ dataSource, billing, providers }),
    ...createProvisioningActivities({
      dataSource,
      billing,
      providers,
      loadOffer: (offerId) => loadOffer({ dataSource, clock }, { offerId }),
      probe: world.probe,
      verificationPublicKey: world.verificationPublicKey,
      secretsKeys: world.notifications.webhooks.secretsKeys,
      tellRental: createTellRental(temporal),
      ensureWorkflow: createEnsureWorkflow(temporal),
    }),
  }
}
