import { lookup, type LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'

/**
 * Resolves a name for a connection, and refuses it if any of its addresses is not public. Judged where the connection is
 * made: an answer that was checked earlier may be another one by now.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, [])
    const inside = addresses.find(({ address }) => !isPublicAddress(address))
    if (inside !== undefined || addresses.length === 0) {
      return callback(
        new Error(`${hostname} resolves to ${inside?.address ?? 'nothing'}, which is not called`),
        [],
      )
    }
    if (options.all === true) return callback(null, addresses)
    const [first] = addresses as [LookupAddress, ...LookupAddress[]]
    callback(null, first.address, first.family)
  })
}
