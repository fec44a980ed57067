import { EntitySchema, type EntitySchemaOptions } from 'typeorm'
import type { Column } from './columns.ts'

interface TableOptions<T> {
  /** A column for every property of the interface: a forgotten one does not compile. */
  columns: { [K in keyof Required<T>]: Column<T[K]> }
  /** Each entry is one constraint over these properties. */
  uniques?: (keyof T & string)[][]
  indices?: { on: (keyof T & string)[]; where?: string; unique?: true }[]
  references?: { on: keyof T & string; table: string; column?: string }[]
  /** Name (without the table) and SQL expression. */
  checks?: Record<string, string>
}

/**
 * A table as TypeORM sees it. Only maps rows: the migrations make the schema, and a test holds the two equal. Names
 * follow PostgreSQL's own habit (`<table>_<columns>_key`), so that a violated constraint names itself in both places.
 * No relations and no cascades: a query says what it reads.
 */
export function table<T extends object>(name: string, options: TableOptions<T>): EntitySchema<T> {
  const entries = Object.entries(options.columns) as [keyof T & string, Column<unknown>][]
  const columns = Object.fromEntries(
    entries.map(([property, { options: own }]) => [
      property,
      {
        ...own,
        name: snakeCase(property),
        ...(own.primary ? { primaryKeyConstraintName: `${name}_pkey` } : {}),
      },
    ]),
  ) as EntitySchemaOptions<T>['columns']
  const wordChecks = entries.flatMap(([property, { words }]) => (words ? [{ property, words }] : []))
  return new EntitySchema<T>({
    name,
    tableName: name,
    columns,
    uniques: (options.uniques ?? []).map((on) => ({ name: constraintName(name, on, 'key'), columns: on })),
    indices: (options.indices ?? []).map(({ on, where, unique }) => ({
      name: constraintName(name, on, 'idx'),
      columns: on,
      ...(where === undefined ? {} : { where }),
      ...(unique && { unique }),
    })),
    foreignKeys: (options.references ?? []).map(({ on, table: target, column = 'id' }) => ({
      name: constraintName(name, [on], 'fkey'),
      target,
      columnNames: [on],
      referencedColumnNames: [column],
    })),
    checks: [
      ...wordChecks.map(({ property, words }) => ({
        name: constraintName(name, [property], 'check'),
        expression: `${snakeCase(property)} IN (${words.map((word) => `'${word}'`).join(', ')})`,
      })),
      ...Object.entries(options.checks ?? {}).map(([check, expression]) => ({
        name: `${name}_${check}_check`,
        expression,
      })),
    ],
  })
}

/** `createdAt` → `created_at`. */
function snakeCase(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function constraintName(tableName: string, on: string[], suffix: 'key' | 'idx' | 'fkey' | 'check'): string {
  return `${tableName}_${on.map(snakeCase).join('_')}_${suffix}`
}
