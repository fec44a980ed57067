import { reach, refusalOf } from '@berth/contract/client'
import { useMutation } from '@pinia/colada'
import { useSession } from './session-store.ts'

/** Years of movements may take their time; nobody waits longer. */
const LONGEST_MS = 120_000

/**
 * Has the browser keep a file that the API writes. Why not a plain link: where the API refuses or is away, a link leaves
 * the page for one of bare JSON, or for none.
 */
export function useSaveFile() {
  const session = useSession()
  return useMutation({
    mutation: async (path: string) => {
      const signal = AbortSignal.timeout(LONGEST_MS)
      const response = await reach(() => globalThis.fetch(path, { credentials: 'same-origin', signal }))
      if (response.status === 401) session.forget()
      if (!response.ok) throw await refusalOf(response)
      keep(
        await response.blob(),
        nameOf(response) ?? path.replace(/\?.*$/, '').split('/').at(-1) ?? 'berth.csv',
      )
    },
  })
}

const nameOf = (response: Response): string | undefined =>
  /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]

function keep(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // Why later: the browser reads the file after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
