import type { EntityManager } from 'typeorm'

/** Tells every API process, at commit, that this account's slice of the market has changed. */
export async function announceOffers(manager: EntityManager, account: string): Promise<void> {
  await manager.query(`SELECT pg_notify('offers', json_build_object('account', $1::text)::text)`, [account])
}

/**
 * Held by every writer of an account's offers until commit, so that a refusal can't fall between a refresh's reading
 * of refusals and its writing of offers.
 */
export async function lockAccount(manager: EntityManager, account: string): Promise<void> {
  await manager.query('SELECT FROM provider_accounts WHERE id = $1 FOR NO KEY UPDATE', [account])
}
