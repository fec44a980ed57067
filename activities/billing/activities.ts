import { asActivityResult } from './billing-error.ts'
import type {
  Billing,
  CloseInput,
  Closing,
  LimitsInput,
  Refusal,
  ReserveInput,
  Settlement,
  StartInput,
  SweepResult,
} from './port.ts'

const SWEEP_LIMIT = 500

/** Billing as workflows call it. Thin on purpose: outcomes are values, errors are mapped once. */
export function createBillingActivities({ billing }: { billing: Billing }) {
  return {
    reserveFunds: (input: ReserveInput): Promise<{ ok: true; heldMicros: string } | Refusal> =>
      asActivityResult(billing.reserve(input)),
    startMeter: (input: StartInput): Promise<{ ok: true; settlement: Settlement } | Refusal> =>
      asActivityResult(billing.start(input)),
    renewHold: (input: { rentalId: string }): Promise<Settlement> => asActivityResult(billing.renew(input)),
    closeMeter: (input: CloseInput): Promise<Closing> => asActivityResult(billing.close(input)),
    setLimits: (input: LimitsInput): Promise<Settlement> => asActivityResult(billing.setLimits(input)),
    sweepWallets: (): Promise<SweepResult> => asActivityResult(billing.sweep({ limit: SWEEP_LIMIT })),
  }
}

export type BillingActivities = ReturnType<typeof createBillingActivities>
