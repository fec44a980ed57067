import { BLOCK_LEAD_SECONDS } from './charging/terms.ts'
import { sqlMigration } from './sql-migration.ts'

/**
 * A limit of the day ends no pod for seconds that fall into the next day: one that is funded until midnight (UTC) or beyond
 * waits for it, and is settled by the new day's limit.
 */
export const keepPodsOverMidnight = sqlMigration('KeepPodsOverMidnight1730000000620', [
  `CREATE FUNCTION billing_next_midnight(now_ms bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
   RETURN (now_ms / 86400000 + 1) * 86400000`,

  `CREATE OR REPLACE FUNCTION billing_state_of(m billing_meters, i integer, now_ms bigint) RETURNS text LANGUAGE sql IMMUTABLE
   RETURN CASE
     WHEN m.used[i] >= m.caps[i] AND m.elapsed[i] >= m.caps[i]
       THEN CASE WHEN m.terms[i] <= m.budgets[i] THEN 'term_reached' ELSE 'budget_reached' END
     WHEN m.reach[i] >= m.want[i] THEN 'funded'
     WHEN now_ms < m.starts[i] + (m.reach[i] - m.teardowns[i] + m.graces[i]) * 1000::bigint THEN 'depleting'
     WHEN m.day_limited AND m.starts[i] + m.reach[i] * 1000::bigint >= billing_next_midnight(now_ms) THEN 'depleting'
     WHEN m.day_limited THEN 'day_limit_reached'
     ELSE 'exhausted' END`,

  // As before; a meter past its last safe moment that waits for midnight looks again then.
  `CREATE OR REPLACE FUNCTION billing_next_look(m billing_meters, i integer, state text) RETURNS bigint
   LANGUAGE plpgsql IMMUTABLE AS $$
  DECLARE
    lead bigint := greatest(6000, m.horizon * 100);
    spread bigint := abs(hashtextextended(m.rentals[i], 0));
    reached bigint := m.starts[i] + m.reach[i] * 1000::bigint;
    stop_by bigint := reached;
    look bigint;
    threshold integer;
  BEGIN
    IF m.reach[i] < m.caps[i] THEN
      stop_by := reached - m.teardowns[i] * 1000::bigint + m.graces[i] * 1000::bigint;
    END IF;
    IF state NOT IN ('funded', 'depleting') THEN
      RETURN m.now_ms;
    END IF;
    IF state = 'depleting' AND stop_by <= m.now_ms AND m.day_limited THEN
      RETURN billing_next_midnight(m.now_ms);
    END IF;
    IF m.blocks[i] = 0 THEN
      RETURN CASE state WHEN 'depleting' THEN stop_by
        ELSE greatest(m.now_ms, least(stop_by, m.now_ms + m.horizon * 1000 - lead - spread % (m.horizon * 100))) END;
    END IF;
    look := CASE WHEN state = 'depleting' OR m.reach[i] >= m.caps[i] THEN stop_by
      ELSE reached - (m.teardowns[i] + ${BLOCK_LEAD_SECONDS - 1}) * 1000::bigint + spread % 4000 END;
    SELECT max(t) INTO threshold FROM unnest(ARRAY[120, 600, 3600, 86400]) AS t WHERE t <= m.runway;
    RETURN greatest(m.now_ms, least(look, m.now_ms + (m.runway - threshold + 1) * 1000::bigint));
  END $$`,
])
