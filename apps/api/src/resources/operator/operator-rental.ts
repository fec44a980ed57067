import type { EndReason, RentalHealth, RentalPhase } from '@berth/contract/rental-status'
import { awaitedSchema, type OperatorRental } from '@berth/contract/schemas/operator'
import { toWire } from '@berth/contract/money'
import { causeView } from '../rentals/cause-view.ts'
import { type TemporalUi, workflowUrl } from '../../temporal/workflow-url.ts'

type Trouble = NonNullable<OperatorRental['trouble']>

/** What the query answers; bigint columns arrive as decimal strings. */
export interface OperatorRentalRow {
  id: string
  name: string
  user_id: string
  handle: string
  phase: RentalPhase
  health: RentalHealth
  end_reason: EndReason | null
  end_detail: string | null
  end_cause: unknown
  account: string
  provider: string
  provider_name: string
  gpu_model: string
  gpu_count: number
  region: string
  pod_id: string | null
  price_micros_per_hour: string
  requested_at: Date
  phase_since: Date
  trouble_kind: Trouble['kind'] | null
  trouble_data: { words?: string | null } | null
  trouble_since: Date | null
  stuck_data: { waitingFor?: string; awaited?: unknown; words?: string | null } | null
  place_stuck: number
  place_trouble: string
  place_requested: string
}

/** A rental as an operator sees it: whose it is, what it waits for, in whose words. */
export function operatorRental(row: OperatorRentalRow, ui: TemporalUi | null): OperatorRental {
  return {
    id: row.id,
    name: row.name,
    owner: { id: row.user_id, handle: row.handle },
    phase: row.phase,
    health: row.health,
    endReason: row.end_reason,
    endDetail: row.end_detail,
    endCause: causeView(row.end_cause, row.end_detail),
    account: row.account,
    provider: row.provider,
    providerName: row.provider_name,
    gpuModel: row.gpu_model,
    gpuCount: row.gpu_count,
    region: row.region,
    podId: row.pod_id,
    priceMicrosPerHour: toWire(BigInt(row.price_micros_per_hour)),
    requestedAt: row.requested_at.toISOString(),
    phaseSince: row.phase_since.toISOString(),
    trouble: troubleOf(row),
    temporalUrl: workflowUrl(ui, row.id),
  }
}

/** While it is stuck, that is the trouble, told with the latest words; the words may be those of a later failure. */
function troubleOf(row: OperatorRentalRow): OperatorRental['trouble'] {
  const { trouble_kind: kind, trouble_data: latest, trouble_since: since, stuck_data: stuck } = row
  if (kind === null || since === null) return null
  return {
    kind: stuck ? 'stuck' : kind,
    since: since.toISOString(),
    waitingFor: stuck?.waitingFor ?? null,
    // Why not trusted: events are of every version that ever ran, a later one at a roll-back.
    awaited: awaitedSchema.safeParse(stuck?.awaited).data ?? null,
    words: latest?.words ?? stuck?.words ?? null,
  }
}
