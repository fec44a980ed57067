import { sqlMigration } from './sql-migration.ts'

const kinds = `'runway_low', 'runway_recovered', 'auto_top_up_paid', 'auto_top_up_failed', 'auto_top_up_paused', 'top_up_refunded', 'refund_failed', 'dispute_opened', 'dispute_won', 'dispute_lost', 'wallet_in_debt', 'debt_cleared', 'rental_running', 'rental_interrupted', 'rental_ended', 'webhook_switched_off'`

/** An endpoint that fails for days is switched off, and its owner hears of it. */
export const switchOffDeadWebhooks = sqlMigration('SwitchOffDeadWebhooks1730000000660', [
  `ALTER TABLE webhook_endpoints ADD COLUMN failing_since timestamptz, ADD COLUMN switched_off_at timestamptz`,
  `ALTER TABLE webhook_endpoints ADD CONSTRAINT webhook_endpoints_switched_off_check
    CHECK (NOT (enabled AND switched_off_at IS NOT NULL))`,
  `ALTER TABLE notices
    DROP CONSTRAINT notices_kind_check,
    ADD CONSTRAINT notices_kind_check CHECK (kind IN (${kinds}, 'api_key_created', 'webhook_test'))`,
  `ALTER TABLE notice_preferences
    DROP CONSTRAINT notice_preferences_kind_check,
    ADD CONSTRAINT notice_preferences_kind_check CHECK (kind IN (${kinds}))`,
])
