/** Where the charging strategies and the limits of a wallet are kept. */
export const columns = [
  `ALTER TABLE rentals
    ADD COLUMN charging jsonb NOT NULL DEFAULT '{"strategy": "hold"}',
    DROP CONSTRAINT rentals_end_reason_check,
    ADD CONSTRAINT rentals_end_reason_check CHECK (end_reason IN ('stopped_by_user', 'term_reached', 'budget_reached', 'wallet_depleted', 'wallet_limit_reached', 'interrupted', 'failed', 'no_capacity', 'insufficient_balance', 'ended_by_operator'))`,
  `ALTER TABLE provider_accounts ADD COLUMN charging jsonb`,
  `ALTER TABLE wallets
    ADD COLUMN charging jsonb,
    ADD COLUMN burn_limit bigint,
    ADD COLUMN day_limit bigint,
    ADD COLUMN spent_on date,
    ADD COLUMN spent_that_day bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT wallets_limits_check CHECK (burn_limit > 0 AND day_limit > 0),
    ADD CONSTRAINT wallets_spent_check CHECK (spent_that_day >= 0)`,
  `ALTER TABLE rental_segments
    ADD COLUMN block_seconds integer NOT NULL DEFAULT 0,
    ADD COLUMN minimum_seconds integer NOT NULL DEFAULT 0,
    ADD COLUMN grace_seconds integer NOT NULL DEFAULT 0,
    ADD COLUMN early_stop jsonb,
    DROP CONSTRAINT rental_segments_strategy_check,
    ADD CONSTRAINT rental_segments_strategy_check CHECK (strategy IN ('hold', 'tick', 'block', 'term')),
    DROP CONSTRAINT rental_segments_state_check,
    ADD CONSTRAINT rental_segments_state_check CHECK (state IN ('reserved', 'funded', 'depleting', 'exhausted', 'budget_reached', 'term_reached', 'day_limit_reached', 'closed')),
    ADD CONSTRAINT rental_segments_terms_check CHECK (block_seconds >= 0 AND minimum_seconds >= 0 AND grace_seconds >= 0 AND (block_seconds > 0) = (strategy IN ('block', 'term')))`,
  `ALTER TYPE billing_meters
    ADD ATTRIBUTE strategies text[], ADD ATTRIBUTE blocks integer[], ADD ATTRIBUTE minimums integer[],
    ADD ATTRIBUTE graces integer[], ADD ATTRIBUTE reach integer[],
    ADD ATTRIBUTE now_ms bigint, ADD ATTRIBUTE horizon integer, ADD ATTRIBUTE runway integer,
    ADD ATTRIBUTE day_limited boolean`,
  `ALTER TYPE billing_settlement ADD ATTRIBUTE refusal text`,
]
