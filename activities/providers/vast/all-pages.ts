import { ProviderError } from '../provider-error.ts'

/** A list that never ends is none we understand. */
const MOST_PAGES = 80

interface Page {
  next_token?: string | null | undefined
}

/** Every page of one of Vast's keyset lists, first to last. */
export async function allPages<P extends Page>(
  provider: string,
  read: (token: string | undefined) => Promise<P>,
): Promise<P[]> {
  const all: P[] = []
  let token: string | undefined
  while (all.length < MOST_PAGES) {
    const page = await read(token)
    all.push(page)
    if (!page.next_token) return all
    token = page.next_token
  }
  throw new ProviderError({ provider, kind: 'protocol', words: `a list of more than ${MOST_PAGES} pages` })
}
