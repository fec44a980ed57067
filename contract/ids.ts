/** Prefixed ULIDs: sortable by time, readable in a log ("rent_01J…"), never guessable in sequence. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_LENGTH = 10
const RANDOM_LENGTH = 16

export const ID_PREFIXES = {
  user: 'usr',
  identity: 'oid',
  wallet: 'wal',
  sshKey: 'key',
  apiKey: 'apk',
  session: 'ses',
  rental: 'rent',
  attempt: 'att',
  segment: 'seg',
  ledgerTransaction: 'ltx',
  reconciliationRun: 'rec',
  topUp: 'top',
  cardSetup: 'cst',
  notice: 'ntc',
  delivery: 'dlv',
  webhookEndpoint: 'whe',
  request: 'req',
} as const
export type IdKind = keyof typeof ID_PREFIXES

/** A fresh id of this kind; 80 random bits after the millisecond. Not for workflow code (random, clock). */
export function newId(kind: IdKind, nowMs: number = Date.now()): string {
  let time = ''
  for (let rest = nowMs, i = 0; i < TIME_LENGTH; i += 1) {
    time = ALPHABET.charAt(rest % 32) + time
    rest = Math.floor(rest / 32)
  }
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_LENGTH))
  const random = Array.from(bytes, (byte) => ALPHABET.charAt(byte % 32)).join('')
  return `${ID_PREFIXES[kind]}_${time}${random}`
}

/** True for a well-formed id of this kind; says nothing about its existence. */
export function isId(kind: IdKind, value: string): boolean {
  return new RegExp(`^${ID_PREFIXES[kind]}_[0-9A-HJKMNP-TV-Z]{26}$`).test(value)
}
