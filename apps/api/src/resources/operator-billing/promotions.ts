import { toWire } from '@berth/contract/money'
import type { NewPromotion, PromotionView } from '@berth/contract/schemas/operator-billing'
import type { Logger } from 'pino'
import type { DataSource } from 'typeorm'
import type { SignedInUser } from '../../http/authenticate.ts'
import { problem } from '../../http/problem.ts'

interface Done {
  operator: SignedInUser
  log: Logger
}

const MOST = 500

export async function listPromotions(dataSource: DataSource): Promise<{ items: PromotionView[] }> {
  return { items: await read(dataSource, null) }
}

export async function createPromotion(
  dataSource: DataSource,
  { operator, wanted, log }: Done & { wanted: NewPromotion },
): Promise<PromotionView> {
  const { code, amountMicros, maxRedemptions, expiresAt, note } = wanted
  const issued: unknown[] = await dataSource.query(
    `INSERT INTO promotions (code, amount, max_redemptions, expires_at, note, created_by)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING code`,
    [code, amountMicros, maxRedemptions, expiresAt, note, operator.id],
  )
  if (issued.length === 0) {
    const detail = `There is a code ${code} already. Choose another one.`
    throw problem('promotion_refused', detail, { errors: [{ pointer: 'code', detail, code: 'taken' }] })
  }
  log.info(
    { operator: operator.handle, operatorId: operator.id, ...wanted },
    'operator issues a promotion code',
  )
  return readOne(dataSource, code)
}

/** For good, at once; whoever redeems it at the same moment either was first or is refused. */
export async function switchOffPromotion(
  dataSource: DataSource,
  { operator, code, reason, log }: Done & { code: string; reason: string },
): Promise<PromotionView> {
  const [answer] = await dataSource.query<{ known: boolean }[]>(
    'SELECT billing_switch_off_promotion($1, $2, $3) AS known',
    [code, operator.id, reason],
  )
  if (!answer?.known) throw problem('not_found', `There is no code ${code}.`)
  log.info(
    { operator: operator.handle, operatorId: operator.id, code, reason },
    'operator switches off a promotion code',
  )
  return readOne(dataSource, code)
}

/** bigint columns arrive as decimal strings. */
interface Row {
  code: string
  amount: string
  max_redemptions: number
  redemptions: number
  expires_at: Date | null
  note: string
  created_at: Date
  created_by: string
  creator: string
  switched_off_at: Date | null
  switched_off_by: string | null
  switched_off_reason: string | null
  switcher: string | null
}

const PROMOTIONS = `
  SELECT promotions.*, creator.handle AS creator, switcher.handle AS switcher
  FROM promotions
  JOIN users creator ON creator.id = created_by
  LEFT JOIN users switcher ON switcher.id = switched_off_by
  WHERE $1::text IS NULL OR code = $1
  ORDER BY promotions.created_at DESC, code LIMIT ${MOST}`

const read = async (dataSource: DataSource, code: string | null): Promise<PromotionView[]> =>
  (await dataSource.query<Row[]>(PROMOTIONS, [code])).map(toView)

async function readOne(dataSource: DataSource, code: string): Promise<PromotionView> {
  const [promotion] = await read(dataSource, code)
  if (!promotion) throw new Error(`the code ${code} vanished`)
  return promotion
}

function toView(row: Row): PromotionView {
  const { switched_off_at: at, switched_off_by: by, switched_off_reason: reason, switcher } = row
  return {
    code: row.code,
    amountMicros: toWire(BigInt(row.amount)),
    maxRedemptions: row.max_redemptions,
    redemptions: row.redemptions,
    expiresAt: row.expires_at?.toISOString() ?? null,
    note: row.note,
    createdAt: row.created_at.toISOString(),
    createdBy: { id: row.created_by, handle: row.creator },
    switchedOff:
      at === null || by === null || reason === null || switcher === null
        ? null
        : { at: at.toISOString(), by: { id: by, handle: switcher }, reason },
  }
}
