import { connect } from 'node:net'

export type SshBanner =
  | { ok: true; banner: string }
  /** `unreachable`: nobody there, or gone before a word; `not_ssh`: somebody else answers on that port. */
  | { ok: false; reason: 'unreachable' | 'not_ssh'; words: string }

export interface ReadSshBannerOptions {
  host: string
  port: number
  timeoutMs: number
  signal?: AbortSignal
}

/** RFC 4253 lets a server say some lines before its version; nobody says this much. */
const MAX_GREETING_BYTES = 8 * 1024

/** Connects and reads the server's version line: needs no key, and proves that an SSH server listens. Never throws. */
export function readSshBanner({ host, port, timeoutMs, signal }: ReadSshBannerOptions): Promise<SshBanner> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    let greeting = ''

    function finish(result: SshBanner): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', calledOff)
      socket.destroy()
      resolve(result)
    }
    const fail = (reason: 'unreachable' | 'not_ssh', words: string): void =>
      finish({ ok: false, reason, words })
    const calledOff = (): void => fail('unreachable', 'called off')
    const silent = (why: string): void =>
      greeting === '' ? fail('unreachable', why) : fail('not_ssh', `answered "${printable(greeting)}"`)

    const timer = setTimeout(() => silent(`no answer within ${timeoutMs} ms`), timeoutMs)
    if (signal?.aborted) calledOff()
    signal?.addEventListener('abort', calledOff, { once: true })
    socket.on('error', (error: NodeJS.ErrnoException) => fail('unreachable', error.code ?? error.message))
    socket.on('end', () => silent('closed before a word was said'))
    socket.on('data', (chunk) => {
      greeting += chunk.toString('latin1')
      const banner = /^SSH-(?:2\.0|1\.99)-[^\r\n]*(?=\r?\n)/m.exec(greeting)?.[0]
      if (banner !== undefined) finish({ ok: true, banner })
      else if (greeting.length > MAX_GREETING_BYTES) silent('')
    })
  })
}

const printable = (text: string): string =>
  text
    .slice(0, 60)
    .replace(/[^ -~]+/g, ' ')
    .trim()
