import { sqlMigration } from './sql-migration.ts'

/** With their owner's rights: the transaction of the fact may be one that can write nothing but that fact. */
const security = 'SECURITY DEFINER SET search_path = public, pg_temp'

/**
 * Who is told what, decided in the transaction of the fact: a rental's timeline and a wallet that passes a threshold make
 * notices, and a notice makes its deliveries. Whatever commits is told; whatever rolls back is not.
 */
export const recordNotices = sqlMigration('RecordNotices1730000000301', [
  `CREATE FUNCTION notice_record(about text, kind text, fact_key text, rental text, data jsonb) RETURNS void
   LANGUAGE sql AS $$
    INSERT INTO notices (id, user_id, kind, fact_key, rental_id, data, at)
    VALUES (billing_new_id('ntc', clock_timestamp()), about, kind, fact_key, rental, data, clock_timestamp())
    ON CONFLICT ON CONSTRAINT notices_fact_key_key DO NOTHING
  $$`,

  // Each of these happens once in a rental's life.
  `CREATE FUNCTION notice_of_rental_event() RETURNS trigger LANGUAGE plpgsql ${security} AS $$
  DECLARE
    told CONSTANT text := CASE NEW.kind WHEN 'stopping' THEN 'rental_interrupted' ELSE 'rental_' || NEW.kind END;
    facts jsonb;
  BEGIN
    SELECT jsonb_build_object('name', rental.name, 'gpuModel', rental.gpu_model, 'gpuCount', rental.gpu_count,
        'provider', coalesce(account.display_name, rental.provider), 'region', rental.region,
        'priceMicrosPerHour', rental.price_micros_per_hour)
      INTO facts
      FROM rentals rental LEFT JOIN provider_accounts account ON account.id = rental.account
      WHERE rental.id = NEW.rental_id;
    PERFORM notice_record(NEW.user_id, told, told || '/' || NEW.rental_id, NEW.rental_id,
      CASE NEW.kind WHEN 'stopping' THEN facts ELSE facts || NEW.data END);
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER rental_events_notice AFTER INSERT ON rental_events FOR EACH ROW
   WHEN (NEW.kind IN ('running', 'ended') OR (NEW.kind = 'stopping' AND NEW.data ->> 'reason' = 'interrupted'))
   EXECUTE FUNCTION notice_of_rental_event()`,

  // A settlement moves the wallet's mark under the wallet's lock, so a threshold is passed once however many rentals
  // share it. The mark falls from threshold to threshold, and is null again when the wallet has recovered from all.
  `CREATE FUNCTION notice_of_runway() RETURNS trigger LANGUAGE plpgsql ${security} AS $$
  DECLARE
    outlook CONSTANT record := billing_preview(NEW.id, 0, 0);
    figures CONSTANT jsonb := jsonb_build_object('runwaySeconds', outlook.runway, 'availableMicros', NEW.available,
      'heldMicros', NEW.held, 'burnMicrosPerHour', outlook.burn);
    passing CONSTANT text := NEW.id || '/' || gen_random_uuid();
  BEGIN
    IF NEW.warned_below_seconds IS NULL THEN
      PERFORM notice_record(NEW.user_id, 'runway_recovered', 'runway_recovered/' || passing, NULL, figures);
    ELSE
      PERFORM notice_record(NEW.user_id, 'runway_low', 'runway_low/' || passing, NULL,
        figures || jsonb_build_object('thresholdSeconds', NEW.warned_below_seconds));
    END IF;
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER wallets_notice AFTER UPDATE ON wallets FOR EACH ROW
   WHEN ((NEW.warned_below_seconds IS NULL AND OLD.warned_below_seconds IS NOT NULL)
     OR (NEW.warned_below_seconds < coalesce(OLD.warned_below_seconds, NEW.warned_below_seconds + 1)))
   EXECUTE FUNCTION notice_of_runway()`,

  `CREATE FUNCTION notice_plan() RETURNS trigger LANGUAGE plpgsql ${security} AS $$
  BEGIN
    PERFORM pg_notify('notice', json_build_object('id', NEW.id, 'userId', NEW.user_id, 'kind', NEW.kind)::text);
    INSERT INTO notice_deliveries (id, notice_id, user_id, channel, status, due_at)
      SELECT billing_new_id('dlv', clock_timestamp()), NEW.id, NEW.user_id, 'email', 'pending', clock_timestamp()
      FROM users WHERE users.id = NEW.user_id AND users.email IS NOT NULL AND NOT EXISTS (
        SELECT FROM notice_preferences wish
        WHERE wish.user_id = NEW.user_id AND wish.kind = NEW.kind AND wish.channel = 'email' AND NOT wish.enabled);
    INSERT INTO notice_deliveries (id, notice_id, user_id, channel, endpoint_id, status, due_at)
      SELECT billing_new_id('dlv', clock_timestamp()), NEW.id, NEW.user_id, 'webhook', endpoint.id, 'pending', clock_timestamp()
      FROM webhook_endpoints endpoint
      WHERE endpoint.user_id = NEW.user_id AND endpoint.enabled AND endpoint.deleted_at IS NULL
        AND (endpoint.kinds = '{}' OR NEW.kind = ANY (endpoint.kinds));
    RETURN NULL;
  END $$`,
  // A test goes to the one endpoint that is tried; who asks for it plans it.
  `CREATE TRIGGER notices_plan AFTER INSERT ON notices FOR EACH ROW WHEN (NEW.kind <> 'webhook_test')
   EXECUTE FUNCTION notice_plan()`,
])
