/** A mail as somebody would read it. */
export interface CaughtMail {
  readonly id: number
  readonly receivedAt: string
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Lower-case names; of a name that comes twice, the last. */
  readonly headers: Readonly<Record<string, string>>
}

export interface Inbox {
  add(mail: Omit<CaughtMail, 'id'>): void
  /** Newest first. */
  list(): readonly CaughtMail[]
  find(id: number): CaughtMail | undefined
}

const KEPT = 500

/** In memory: mail of a development machine is gone with the process. */
export function createInbox(): Inbox {
  const mails: CaughtMail[] = []
  let count = 0
  return {
    add(mail) {
      mails.unshift({ ...mail, id: (count += 1) })
      mails.splice(KEPT)
    },
    list: () => mails,
    find: (wanted) => mails.find(({ id }) => id === wanted),
  }
}
