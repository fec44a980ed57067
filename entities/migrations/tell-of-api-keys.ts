import { sqlMigration } from './sql-migration.ts'

const kinds = `'runway_low', 'runway_recovered', 'auto_top_up_paid', 'auto_top_up_failed', 'auto_top_up_paused', 'top_up_refunded', 'refund_failed', 'dispute_opened', 'dispute_won', 'dispute_lost', 'wallet_in_debt', 'debt_cleared', 'rental_running', 'rental_interrupted', 'rental_ended'`

/** Whoever has an account hears of every API key that is made for it. It is no kind that can be chosen away. */
export const tellOfApiKeys = sqlMigration('TellOfApiKeys1730000000650', [
  `ALTER TABLE notices
    DROP CONSTRAINT notices_kind_check,
    ADD CONSTRAINT notices_kind_check CHECK (kind IN (${kinds}, 'api_key_created', 'webhook_test'))`,
])
