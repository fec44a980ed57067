import { z } from 'zod'
import { balanceSchema, ledgerLineSchema, ledgerQuery } from './billing.ts'
import { idOf, instant, microsSchema, pageOf, signedMicrosSchema } from './common.ts'

/** An operator by name, wherever it is told who did something. */
export const byOperatorSchema = z.object({ id: idOf('user'), handle: z.string() }).meta({ id: 'ByOperator' })
export type ByOperator = z.infer<typeof byOperatorSchema>

export const peopleQuery = z.object({
  q: z.string().trim().min(1).max(200).optional().meta({
    description: 'A part of the handle, name or e-mail address, or the whole id of the person or wallet.',
  }),
})

const person = z.object({
  id: idOf('user'),
  handle: z.string(),
  displayName: z.string(),
  email: z.string().nullable(),
  isOperator: z.boolean(),
  createdAt: instant,
})

export const foundPersonSchema = person
  .extend({
    walletId: idOf('wallet'),
    /** Available and held together. */
    totalMicros: microsSchema,
    /** What the wallet owes. */
    receivableMicros: microsSchema,
    livePods: z.int().min(0),
  })
  .meta({ id: 'FoundPerson' })
export type FoundPerson = z.infer<typeof foundPersonSchema>

export const peopleSchema = z
  .object({
    items: z.array(foundPersonSchema),
    /** There are more; a longer `q` finds them. */
    more: z.boolean(),
  })
  .meta({ id: 'People' })

export const operatorPersonSchema = person.extend({ balance: balanceSchema }).meta({ id: 'OperatorPerson' })
export type OperatorPerson = z.infer<typeof operatorPersonSchema>

export const personLedgerQuery = ledgerQuery.pick({ cursor: true, pageSize: true, kind: true })

/** A line as its owner reads it, with what it did to the debt and, of a correction, whose it is. */
export const personLedgerLineSchema = ledgerLineSchema
  .extend({ owedChangeMicros: signedMicrosSchema, by: byOperatorSchema.nullable() })
  .meta({ id: 'PersonLedgerLine' })
export type PersonLedgerLine = z.infer<typeof personLedgerLineSchema>

export const personLedgerPageSchema = pageOf(personLedgerLineSchema).meta({ id: 'PersonLedgerPage' })
