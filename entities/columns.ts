import { micros, type Micros } from '@berth/contract/money'
import type { EntitySchemaColumnOptions } from 'typeorm'

declare const held: unique symbol

/** A column that holds values of type V; the mark exists for the compiler only. */
export interface Column<V> {
  options: EntitySchemaColumnOptions
  /** Closed list of words, held by a CHECK. */
  words?: readonly string[]
  readonly [held]?: (value: V) => V
}

type Scalar = string | number | boolean

function column<V>(options: EntitySchemaColumnOptions, words?: readonly string[]): Column<V> {
  return words ? { options, words } : { options }
}

export const text = (): Column<string> => column({ type: 'text' })
export const integer = (): Column<number> => column({ type: 'integer' })
export const boolean = (): Column<boolean> => column({ type: 'boolean' })
export const instant = (): Column<Date> => column({ type: 'timestamptz' })
/** A calendar day, "2026-03-01". */
export const date = (): Column<string> => column({ type: 'date' })
export const bytes = (): Column<Buffer> => column({ type: 'bytea' })
export const textList = (): Column<string[]> => column({ type: 'text', array: true })
export const integerList = (): Column<number[]> => column({ type: 'integer', array: true })
/** JSON of a shape the writer vouches for; PostgreSQL stores it as jsonb. */
export const json = <V>(): Column<V> => column({ type: 'jsonb' })
/** One of a closed list of words; `table` adds the CHECK. */
export const oneOf = <const W extends string>(words: readonly W[]): Column<W> =>
  column({ type: 'text' }, words)
/** Counts rows in the order they were inserted. A decimal string, because it outgrows a JavaScript number. */
export const serial = (): Column<string> => column({ type: 'bigint', generated: 'increment' })

/** Integer micro-dollars: bigint in PostgreSQL, branded bigint in code, never a float between. */
export const amount = (): Column<Micros> =>
  column({
    type: 'bigint',
    transformer: {
      to: (value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
      from: (value: string | null) => (value === null ? null : micros(value)),
    },
  })

/** A whole number that may outgrow 2^31 yet never 2^53. */
export const count = (): Column<number> =>
  column({
    type: 'bigint',
    transformer: {
      to: (value: unknown) => value,
      from: (value: string | null) => (value === null ? null : Number(value)),
    },
  })

export function primary<V>(of: Column<V>): Column<V> {
  return { ...of, options: { ...of.options, primary: true } }
}

export function nullable<V>(of: Column<V>): Column<V | null> {
  const { options, words } = of
  return column<V | null>({ ...options, nullable: true }, words)
}

/** The database fills it when an insert leaves it out. */
export function withDefault<V>(of: Column<V>, value: Scalar | (() => string)): Column<V> {
  return { ...of, options: { ...of.options, default: value } }
}

/** Set by the database's clock when the row is inserted. */
export const insertedAt = (): Column<Date> => withDefault(instant(), () => 'now()')
