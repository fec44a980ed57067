import type { MigrationInterface, QueryRunner } from 'typeorm'

/** TypeORM orders migrations by the 13 digits that end their name. */
export function sqlMigration(name: string, statements: string[]): new () => MigrationInterface {
  return class implements MigrationInterface {
    readonly name = name

    async up(queryRunner: QueryRunner): Promise<void> {
      for (const statement of statements) await queryRunner.query(statement)
    }

    async down(): Promise<void> {
      throw new Error(`${name} can not be undone: write a new migration that goes forward`)
    }
  }
}
