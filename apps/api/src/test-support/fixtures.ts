import { createHash, randomBytes } from 'node:crypto'
import { newId } from '@berth/contract/ids'
import type { CreatedApiKey, NewApiKey } from '@berth/contract/schemas/access'
import { micros } from '@berth/contract/money'
import type { Offer } from '@berth/contract/offer'
import { OfferEntity } from '@berth/entities/offer'
import { ProviderAccountEntity } from '@berth/entities/provider-account'
import { type Rental, RentalEntity } from '@berth/entities/rental'
import { SshKeyEntity } from '@berth/entities/ssh-key'
import request from 'supertest'
import type { TestPerson } from './sign-in-as.ts'
import type { TestApi } from './start-test-api.ts'

export function anOffer(changes: Partial<Offer> = {}): Offer {
  return {
    id: 'acme:h100-1',
    key: 'h100-1',
    provider: 'acme',
    account: 'acme',
    aggregator: false,
    soldFor: null,
    gpu: {
      key: 'nvidia-h100-80gb-sxm',
      vendor: 'nvidia',
      model: 'H100',
      memoryGib: 80,
      formFactor: 'sxm',
      rawName: 'NVIDIA H100 80GB HBM3',
    },
    gpuCount: 2,
    region: { code: 'US-KS-2', country: 'US', continent: 'NA' },
    podKind: 'container',
    spot: false,
    vcpus: 32,
    ramGib: 256,
    disk: { includedGib: 40, maxGib: 500 },
    stock: 'high',
    reliability: null,
    priceMicrosPerHour: 4_200_000,
    pricePerGpuMicrosPerHour: 2_100_000,
    upstreamMicrosPerHour: 4_000_000,
    diskMicrosPerGibHour: 100,
    refreshedAt: new Date().toISOString(),
    sourceLatencyMs: 12,
    lastRefusedAt: null,
    launchSuccessRate: null,
    medianBootSeconds: null,
    ...changes,
  }
}

/** Puts an offer on the market as the catalog's writer does. */
export async function listOffer(
  { dataSource }: TestApi,
  changes: Partial<Offer> = {},
  {
    refreshedAt = new Date(),
    status = 'on' as const,
  }: { refreshedAt?: Date; status?: 'on' | 'drain' | 'off' } = {},
): Promise<Offer> {
  const offer = anOffer(changes)
  await dataSource.getRepository(ProviderAccountEntity).upsert(
    {
      id: offer.account,
      provider: offer.provider,
      displayName: 'Acme Cloud',
      terms: {
        stopStart: 'none',
        teardownSeconds: 30,
        images: 'any',
        ports: 'published',
        environment: 'any',
      },
      status,
    },
    ['id'],
  )
  await dataSource.getRepository(OfferEntity).upsert(
    {
      account: offer.account,
      offerKey: offer.key,
      offer: { offer, launchData: {}, upstreamDiskMicrosPerGibHour: 0 },
      refreshedAt,
    },
    ['account', 'offerKey'],
  )
  return offer
}

/** Credits a wallet through the ledger, as a paid top-up does. */
export async function fund(
  { dataSource }: TestApi,
  { walletId }: TestPerson,
  amountMicros: number,
): Promise<void> {
  await dataSource.query(`SELECT billing_post($1, 'top_up', $2, $3, $3, 'test', NULL, NULL)`, [
    walletId,
    amountMicros,
    `test/${randomBytes(8).toString('hex')}`,
  ])
}

export async function addSshKey({ dataSource }: TestApi, { user }: TestPerson): Promise<string> {
  const id = newId('sshKey')
  const publicKey = `ssh-ed25519 ${randomBytes(51).toString('base64')}`
  await dataSource.getRepository(SshKeyEntity).insert({
    id,
    userId: user.id,
    name: 'laptop',
    type: 'ssh-ed25519',
    publicKey,
    fingerprint: `SHA256:${createHash('sha256').update(publicKey).digest('base64')}`,
  })
  return id
}

/** An API key of this person, and its secret. */
export async function anApiKey(
  { app }: TestApi,
  { cookie }: TestPerson,
  wish: Partial<NewApiKey> = {},
): Promise<CreatedApiKey & { secret: string; bearer: { Authorization: string } }> {
  const { body } = await request(app)
    .post('/v1/api-keys')
    .set({ Cookie: cookie, 'Idempotency-Key': randomBytes(16).toString('hex') })
    .send({ name: 'ci', scope: 'full', expiresInDays: null, ...wish })
    .expect(201)
  return { ...body, bearer: { Authorization: `Bearer ${body.secret}` } }
}

/** A webhook endpoint to which a test was sent. */
export async function aTriedEndpoint(
  { app }: TestApi,
  { cookie }: TestPerson,
): Promise<{ endpointId: string; deliveryId: string; secret: string }> {
  const as = (path: string) => request(app).post(path).set('Cookie', cookie)
  const made = await as('/v1/webhook-endpoints')
    .set('Idempotency-Key', newId('webhookEndpoint'))
    .send({ url: 'https://example.com/hook' })
    .expect(201)
  const tried = await as(`/v1/webhook-endpoints/${made.body.id}/test`).expect(202)
  return { endpointId: made.body.id, deliveryId: tried.body.id, secret: made.body.secret }
}

/** A rental row as `create` writes it, or further on in its life. */
export async function aRental(
  { dataSource }: TestApi,
  { user, walletId }: TestPerson,
  changes: Partial<Rental> = {},
): Promise<Rental> {
  const offer = anOffer()
  const id = newId('rental')
  await dataSource.getRepository(RentalEntity).insert({
    id,
    userId: user.id,
    walletId,
    name: 'my pod',
    phase: 'running',
    offer,
    provider: offer.provider,
    account: offer.account,
    gpuModel: offer.gpu.model,
    gpuCount: offer.gpuCount,
    region: offer.region.code,
    priceMicrosPerHour: micros(offer.priceMicrosPerHour),
    image: 'berth/pytorch:2.5',
    diskGib: 40,
    sshKeyIds: [],
    sshPublicKeys: [],
    ...changes,
  })
  return dataSource.getRepository(RentalEntity).findOneByOrFail({ id })
}
