import type { BillingState, Closing, InstantText, MicrosText, Refusal, Settlement } from './port.ts'

/** A row of the SQL type `billing_settlement`; bigints arrive as decimal text. */
export interface SettlementRow {
  rental_id: string
  state: BillingState
  now: Date
  started_at: Date | null
  funded_until: Date
  next_renewal_at: Date
  stop_by: Date
  charged: MicrosText
  held: MicrosText
  available: MicrosText
  burn: MicrosText
  runway: number | null
  warned_below: number | null
  recovered: boolean
  wake: string[]
  /** Set where a start was refused: what its hold would have needed on top of the reservation. */
  required: MicrosText | null
  refusal: Refusal['reason'] | null
}

export interface ReservationRow {
  refusal: Refusal['reason'] | null
  held: MicrosText
  required: MicrosText
  available: MicrosText
  receivable: MicrosText
}

export interface ClosingRow {
  charged: MicrosText
  released: MicrosText
  written_off: MicrosText
  written_off_seconds: number
  billed_seconds: number
  metered_from: Date | null
  metered_to: Date | null
}

export function settlementOf(row: SettlementRow): Settlement {
  return {
    rentalId: row.rental_id,
    state: row.state,
    now: row.now.toISOString(),
    startedAt: instantText(row.started_at),
    fundedUntil: row.funded_until.toISOString(),
    nextRenewalAt: row.next_renewal_at.toISOString(),
    stopBy: row.stop_by.toISOString(),
    chargedMicros: row.charged,
    heldMicros: row.held,
    availableMicros: row.available,
    burnMicrosPerHour: row.burn,
    runwaySeconds: row.runway,
    wakeRentalIds: row.wake,
    warning: warningOf(row),
  }
}

export function reservationOf(row: ReservationRow): { ok: true; heldMicros: MicrosText } | Refusal {
  if (row.refusal === null) return { ok: true, heldMicros: row.held }
  const missing = BigInt(row.required) - BigInt(row.available)
  return {
    ok: false,
    reason: row.refusal,
    requiredMicros: row.required,
    availableMicros: row.available,
    shortfallMicros: String(max(missing, 0n) + BigInt(row.receivable)),
  }
}

/** A start that could not be funded has settled everything else and left this meter off. */
export function startOf(row: SettlementRow): { ok: true; settlement: Settlement } | Refusal {
  const { required, available, refusal } = row
  if (required === null || refusal === null) return { ok: true, settlement: settlementOf(row) }
  return {
    ok: false,
    reason: refusal,
    requiredMicros: required,
    availableMicros: available,
    shortfallMicros: String(max(BigInt(required) - BigInt(available), 0n)),
  }
}

export function closingOf(row: ClosingRow): Closing {
  return {
    chargedMicros: row.charged,
    releasedMicros: row.released,
    writtenOffMicros: row.written_off,
    writtenOffSeconds: row.written_off_seconds,
    billedSeconds: row.billed_seconds,
    meteredFrom: instantText(row.metered_from),
    meteredTo: instantText(row.metered_to),
  }
}

function warningOf({ warned_below: seconds, recovered }: SettlementRow): Settlement['warning'] {
  if (seconds !== null) return { kind: 'below', seconds }
  return recovered ? { kind: 'recovered' } : null
}

const instantText = (at: Date | null): InstantText | null => at?.toISOString() ?? null
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)
