/** Owns the schema; only migrations connect as it. */
export const ownerRole = 'berth_owner'
/** What every process of the product connects as. */
export const applicationRole = 'berth_app'

/** What the application may do to a table besides reading it. */
type Privilege = 'INSERT' | 'UPDATE' | 'DELETE'

/**
 * Least privilege, table by table. Money tables are read-only: they change through the billing functions, which run with
 * their owner's rights, so a stolen application login can not write a ledger row of its own making. Append-only tables
 * take inserts and nothing else. Nobody gets TRUNCATE or DDL.
 */
export const applicationPrivileges: Record<string, Privilege[]> = {
  wallets: ['INSERT'],
  ledger_transactions: [],
  ledger_entries: [],
  rental_segments: [],
  charge_windows: [],
  rental_events: ['INSERT'],
  launch_attempts: ['INSERT'],
  launch_outcomes: ['INSERT'],
  webhook_events: ['INSERT'],
  webhook_effects: ['INSERT'],
  notices: ['INSERT'],
  notice_reads: ['INSERT'],
  delivery_attempts: ['INSERT'],
  offer_refusals: ['INSERT'],
  users: ['INSERT', 'UPDATE'],
  rentals: ['INSERT', 'UPDATE'],
  top_ups: ['INSERT', 'UPDATE'],
  top_up_reversals: ['INSERT', 'UPDATE'],
  stripe_customers: ['INSERT'],
  saved_cards: ['INSERT', 'UPDATE'],
  auto_top_ups: ['INSERT', 'UPDATE'],
  notice_preferences: ['INSERT', 'UPDATE'],
  notice_deliveries: ['INSERT', 'UPDATE'],
  webhook_endpoints: ['INSERT', 'UPDATE'],
  api_keys: ['INSERT', 'UPDATE'],
  provider_accounts: ['INSERT', 'UPDATE'],
  oauth_identities: ['INSERT', 'UPDATE', 'DELETE'],
  sessions: ['INSERT', 'UPDATE', 'DELETE'],
  ssh_keys: ['INSERT', 'UPDATE', 'DELETE'],
  idempotency_keys: ['INSERT', 'UPDATE', 'DELETE'],
  offers: ['INSERT', 'UPDATE', 'DELETE'],
  pod_environments: ['INSERT'],
  pod_sightings: ['INSERT', 'UPDATE', 'DELETE'],
  reconciliation_runs: ['INSERT', 'UPDATE'],
  pod_costs: ['INSERT', 'UPDATE'],
  promotions: ['INSERT'],
  promotion_redemptions: [],
  host_blocks: ['INSERT', 'UPDATE', 'DELETE'],
}

/** The functions that the application may call, nearly all of billing; those they are made of stay closed to it. */
export const applicationFunctions = [
  'billing_reserve',
  'billing_start',
  'billing_renew',
  'billing_set_limits',
  'billing_close',
  'billing_settle_wallet',
  'billing_post',
  'billing_upstream_cost',
  'billing_preview',
  'billing_quote',
  'billing_day_limit_ahead',
  'billing_redeem',
  'billing_switch_off_promotion',
  'billing_balance_at',
  'ledger_trial_balance',
  'billing_set_wallet_limits',
  'billing_set_wallet_charging',
  'billing_now',
  'notices_forget',
] as const
