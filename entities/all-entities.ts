import { ApiKeyEntity } from './api-key.ts'
import { AutoTopUpEntity } from './auto-top-up.ts'
import { ChargeWindowEntity } from './charge-window.ts'
import { DeliveryAttemptEntity } from './delivery-attempt.ts'
import { HostBlockEntity } from './host-block.ts'
import { IdempotencyKeyEntity } from './idempotency-key.ts'
import { LaunchAttemptEntity } from './launch-attempt.ts'
import { LaunchOutcomeEntity } from './launch-outcome.ts'
import { LedgerEntryEntity } from './ledger-entry.ts'
import { LedgerTransactionEntity } from './ledger-transaction.ts'
import { NoticeDeliveryEntity } from './notice-delivery.ts'
import { NoticePreferenceEntity } from './notice-preference.ts'
import { NoticeReadEntity } from './notice-read.ts'
import { NoticeEntity } from './notice.ts'
import { OauthIdentityEntity } from './oauth-identity.ts'
import { OfferRefusalEntity } from './offer-refusal.ts'
import { OfferEntity } from './offer.ts'
import { PodCostEntity } from './pod-cost.ts'
import { PodEnvironmentEntity } from './pod-environment.ts'
import { PodSightingEntity } from './pod-sighting.ts'
import { PromotionRedemptionEntity } from './promotion-redemption.ts'
import { PromotionEntity } from './promotion.ts'
import { ProviderAccountEntity } from './provider-account.ts'
import { ReconciliationRunEntity } from './reconciliation-run.ts'
import { RentalEventEntity } from './rental-event.ts'
import { RentalSegmentEntity } from './rental-segment.ts'
import { RentalEntity } from './rental.ts'
import { SavedCardEntity } from './saved-card.ts'
import { SessionEntity } from './session.ts'
import { SshKeyEntity } from './ssh-key.ts'
import { StripeCustomerEntity } from './stripe-customer.ts'
import { TopUpReversalEntity } from './top-up-reversal.ts'
import { TopUpEntity } from './top-up.ts'
import { UserEntity } from './user.ts'
import { WalletEntity } from './wallet.ts'
import { WebhookEffectEntity } from './webhook-effect.ts'
import { WebhookEndpointEntity } from './webhook-endpoint.ts'
import { WebhookEventEntity } from './webhook-event.ts'

/** Every table; a test compares them with what the migrations made. */
export const allEntities = [
  UserEntity,
  OauthIdentityEntity,
  SessionEntity,
  ApiKeyEntity,
  SshKeyEntity,
  WalletEntity,
  LedgerTransactionEntity,
  LedgerEntryEntity,
  RentalEntity,
  RentalSegmentEntity,
  ChargeWindowEntity,
  RentalEventEntity,
  LaunchAttemptEntity,
  LaunchOutcomeEntity,
  TopUpEntity,
  TopUpReversalEntity,
  StripeCustomerEntity,
  SavedCardEntity,
  AutoTopUpEntity,
  WebhookEventEntity,
  WebhookEffectEntity,
  IdempotencyKeyEntity,
  ProviderAccountEntity,
  OfferEntity,
  OfferRefusalEntity,
  HostBlockEntity,
  PodEnvironmentEntity,
  PodSightingEntity,
  NoticeEntity,
  NoticeReadEntity,
  NoticePreferenceEntity,
  WebhookEndpointEntity,
  NoticeDeliveryEntity,
  DeliveryAttemptEntity,
  PromotionEntity,
  PromotionRedemptionEntity,
  ReconciliationRunEntity,
  PodCostEntity,
]
