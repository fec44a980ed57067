import { sqlMigration } from './sql-migration.ts'

/** Notices and their logs stay as they were written, and go after 90 days: together, and only by `notices_forget`. */
export const forgetOldNotices = sqlMigration('ForgetOldNotices1730000000670', [
  `CREATE FUNCTION refuse_rewrite_but_forget() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'DELETE' AND current_setting('berth.forgetting', true) = 'notices' THEN
      RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
      USING ERRCODE = 'BE001', HINT = 'What is old goes by notices_forget.';
  END $$`,
  ...['notices', 'delivery_attempts'].flatMap((table) => [
    `DROP TRIGGER ${table}_append_only ON ${table}`,
    `CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite_but_forget()`,
  ]),

  // Asked for each minute, and nearly always in vain: that must not cost a look at every notice.
  `CREATE INDEX notices_at_idx ON notices (at)`,
  // Up to so many, the oldest first; answers how many. What is still being sent, or was sent again since, stays.
  `CREATE FUNCTION notices_forget(most integer) RETURNS integer LANGUAGE plpgsql
   SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE
    kept_since CONSTANT timestamptz := now() - interval '90 days';
    old text[];
  BEGIN
    SELECT array_agg(id) INTO old FROM (
      SELECT notice.id FROM notices notice
      WHERE notice.at < kept_since AND NOT EXISTS (
        SELECT FROM notice_deliveries delivery
        WHERE delivery.notice_id = notice.id AND (delivery.status = 'pending' OR delivery.finished_at >= kept_since))
      ORDER BY notice.at LIMIT most) oldest;
    PERFORM set_config('berth.forgetting', 'notices', true);
    DELETE FROM delivery_attempts
      WHERE delivery_id IN (SELECT id FROM notice_deliveries WHERE notice_id = ANY (old));
    DELETE FROM notice_deliveries WHERE notice_id = ANY (old);
    DELETE FROM notice_reads WHERE notice_id = ANY (old);
    DELETE FROM notices WHERE id = ANY (old);
    PERFORM set_config('berth.forgetting', '', true);
    RETURN coalesce(cardinality(old), 0);
  END $$`,
])
