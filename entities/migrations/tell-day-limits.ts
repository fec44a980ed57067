import { sqlMigration } from './sql-migration.ts'

const security = 'SECURITY DEFINER SET search_path = public, pg_temp'

/** A wallet's owner hears what really ends the runway: the money, or the limit of the day, which another cure belongs to. */
export const tellDayLimits = sqlMigration('TellDayLimits1730000000640', [
  // The limit of the day and when it begins anew, where it stops pods before the money would; else null. By the figures of
  // billing_quote, without a lock.
  `CREATE FUNCTION billing_day_limit_ahead(wallet text) RETURNS jsonb LANGUAGE plpgsql STABLE ${security} AS $$
  DECLARE
    now CONSTANT timestamptz := billing_now();
    w wallets;
    m billing_meters;
    money bigint;
    today integer;
  BEGIN
    SELECT * INTO w FROM wallets WHERE id = wallet;
    money := least(w.available, billing_allowance(w, now));
    IF w.available IS NOT DISTINCT FROM money THEN
      RETURN NULL;
    END IF;
    m := billing_read_meters(w.id, billing_ms(now), NULL, NULL);
    m.used := m.charged;
    today := billing_time_left(m, money, NULL);
    IF today < billing_until_midnight(now) AND today < coalesce(billing_time_left(m, w.available, NULL), today + 1) THEN
      RETURN jsonb_build_object('limitMicros', w.day_limit, 'resetsAt',
        to_char(date_trunc('day', now AT TIME ZONE 'UTC') + interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
    END IF;
    RETURN NULL;
  END $$`,

  `CREATE OR REPLACE FUNCTION notice_of_runway() RETURNS trigger LANGUAGE plpgsql ${security} AS $$
  DECLARE
    outlook CONSTANT record := billing_preview(NEW.id, 0, 0);
    figures CONSTANT jsonb := jsonb_build_object('runwaySeconds', outlook.runway, 'availableMicros', NEW.available,
      'heldMicros', NEW.held, 'burnMicrosPerHour', outlook.burn);
    passing CONSTANT text := NEW.id || '/' || gen_random_uuid();
  BEGIN
    IF NEW.warned_below_seconds IS NULL THEN
      PERFORM notice_record(NEW.user_id, 'runway_recovered', 'runway_recovered/' || passing, NULL, figures);
    ELSE
      PERFORM notice_record(NEW.user_id, 'runway_low', 'runway_low/' || passing, NULL, figures
        || jsonb_build_object('thresholdSeconds', NEW.warned_below_seconds, 'dayLimit', billing_day_limit_ahead(NEW.id)));
    END IF;
    RETURN NULL;
  END $$`,
])
