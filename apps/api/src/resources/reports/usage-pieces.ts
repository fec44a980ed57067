/**
 * Metered time of one person, cut at midnight UTC: `$1` the person, `$2` the first instant, `$3` the instant after the last.
 * A window's charge is shared out by seconds with what is cut off carried on to the next piece, so that the pieces of a
 * window always sum to its charge. Returned seconds are negative, as they are in the ledger.
 */
export const USAGE_PIECES = `
  windows AS (
    SELECT rentals.id AS rental_id, rentals.name, rentals.provider, rentals.account, rentals.gpu_count,
      rentals.region, rentals.offer->'gpu'->>'key' AS gpu_key, rentals.offer->'gpu'->>'model' AS gpu_model,
      rentals.offer->'gpu'->>'memoryGib' AS gpu_memory, segment.price_micros_per_hour AS price,
      charged.window_start, charged.window_end, charged.seconds::bigint, charged.charged
    FROM rentals
    JOIN rental_segments segment ON segment.rental_id = rentals.id
    JOIN charge_windows charged ON charged.segment_id = segment.id
    WHERE rentals.user_id = $1 AND charged.kind IN ('usage', 'returned')
      AND charged.window_end > $2 AND charged.window_start < $3),
  cuts AS (
    SELECT windows.*, day,
      least(abs(seconds), greatest(0, floor(extract(epoch FROM day - window_start))))::bigint AS done,
      least(abs(seconds), floor(extract(epoch FROM day + interval '1 day' - window_start)))::bigint AS upto
    FROM windows CROSS JOIN LATERAL (
      SELECT (d AT TIME ZONE 'UTC') AS day FROM generate_series(
        date_trunc('day', window_start AT TIME ZONE 'UTC'),
        (window_end - interval '1 microsecond') AT TIME ZONE 'UTC', interval '1 day') d) days),
  pieces AS (
    SELECT rental_id, name, provider, account, gpu_count, region, gpu_key, gpu_model, gpu_memory, price, day,
      (upto - done) * sign(seconds)::bigint AS seconds,
      charged * upto / abs(seconds) - charged * done / abs(seconds) AS charged
    FROM cuts WHERE day >= $2 AND day < $3 AND upto > done)`
