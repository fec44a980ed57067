import type { FieldComplaint } from './field-complaints.ts'

interface UrlMistake {
  code: FieldComplaint
  /** In English. */
  detail: string
}

/**
 * What is wrong with an address for webhooks, or null. Only its text is judged here; what the name resolves to is judged
 * at each delivery. With `local`, for a stack on one's own machine, plain http and local addresses pass.
 */
export function webhookUrlMistake(text: string, { local }: { local: boolean }): UrlMistake | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !(url.protocol === 'https:' || (local && url.protocol === 'http:'))) {
    return {
      code: 'url_scheme',
      detail: 'Give a full https:// address, such as https://example.com/hooks/berth.',
    }
  }
  if (url.username !== '' || url.password !== '') {
    const detail = 'Leave user name and password out of the address; the signature proves who is calling.'
    return { code: 'url_login', detail }
  }
  if (url.hash !== '') {
    return { code: 'url_fragment', detail: 'Leave out the part after "#": it is never sent to a server.' }
  }
  if (!local && isNotPublic(url.hostname)) {
    const detail = 'Give a public host name: addresses of private networks are not called.'
    return { code: 'url_private', detail }
  }
  return null
}

/** `URL` has written every form of an IPv4 address (octal, hex, one number) as four numbers by now. */
const isNotPublic = (hostname: string): boolean =>
  hostname.startsWith('[') ||
  /^\d+\.\d+\.\d+\.\d+$/.test(hostname) ||
  !hostname.replace(/\.$/, '').includes('.') ||
  /\.(localhost|local|internal|lan|home|arpa)\.?$/.test(hostname)
