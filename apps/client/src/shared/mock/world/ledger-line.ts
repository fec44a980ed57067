import { newId } from '@berth/contract/ids'
import { toWire } from '@berth/contract/money'
import type { Balance } from '@berth/contract/schemas/billing'
import type { PersonLedgerLine } from '@berth/contract/schemas/operator-people'

export type MockWallet = Pick<Balance, 'walletId' | 'availableMicros' | 'heldMicros' | 'receivableMicros'>

export interface Movement extends Pick<PersonLedgerLine, 'kind'> {
  availableChange: bigint
  heldChange: bigint
  owedChange?: bigint
  rental?: { id: string; name: string }
  window?: PersonLedgerLine['window']
  reference?: string
  note?: string
  by?: PersonLedgerLine['by']
}

const PLAIN = {
  owedChange: 0n,
  rental: { id: null, name: null },
  window: null,
  reference: null,
  note: null,
  by: null,
}

/** Writes one line of a ledger and moves its wallet with it. Throws where it would go below zero. */
export function writeLine(
  { wallet, ledger }: { wallet: MockWallet; ledger: PersonLedgerLine[] },
  atMs: number,
  movement: Movement,
): PersonLedgerLine {
  const { kind, rental, availableChange, heldChange, owedChange, ...told } = { ...PLAIN, ...movement }
  const available = BigInt(wallet.availableMicros) + availableChange
  const held = BigInt(wallet.heldMicros) + heldChange
  const owed = BigInt(wallet.receivableMicros) + owedChange
  if (available < 0n || held < 0n || owed < 0n) throw new Error(`a ${kind} would take the wallet below zero`)
  wallet.availableMicros = toWire(available)
  wallet.heldMicros = toWire(held)
  wallet.receivableMicros = toWire(owed)
  const seq = ledger.length + 1
  const line = {
    ...told,
    id: newId('ledgerTransaction', atMs),
    seq,
    kind,
    rentalId: rental.id,
    rentalName: rental.name,
    amountMicros: toWire(availableChange + heldChange),
    availableChangeMicros: toWire(availableChange),
    heldChangeMicros: toWire(heldChange),
    owedChangeMicros: toWire(owedChange),
    availableAfterMicros: wallet.availableMicros,
    occurredAt: new Date(atMs).toISOString(),
    hash: chained(ledger.at(-1)?.hash ?? '', `${seq}/${kind}/${available}/${held}`),
  }
  ledger.push(line)
  return line
}

/** Looks like the real chain and depends on what came before; proves nothing. */
function chained(before: string, text: string): string {
  let hash = 0x811c9dc5
  let hex = ''
  for (let round = 0; hex.length < 64; round += 1) {
    for (const character of `${before}${text}${round}`) {
      hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0
    }
    hex += hash.toString(16).padStart(8, '0')
  }
  return hex
}
