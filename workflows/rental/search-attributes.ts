import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'

/** What operators filter by in Temporal Web. A person appears as a stable id, never as an address. */
export const rentalAttributes = {
  phase: defineSearchAttributeKey('RentalPhase', SearchAttributeType.KEYWORD),
  health: defineSearchAttributeKey('RentalHealth', SearchAttributeType.KEYWORD),
  provider: defineSearchAttributeKey('Provider', SearchAttributeType.KEYWORD),
  gpuModel: defineSearchAttributeKey('GpuModel', SearchAttributeType.KEYWORD),
  user: defineSearchAttributeKey('RentalUser', SearchAttributeType.KEYWORD),
  fundedUntil: defineSearchAttributeKey('FundedUntil', SearchAttributeType.DATETIME),
}
