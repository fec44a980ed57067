/** Every server state the page caches, by name: live events invalidate by the first word. */
export const queryKeys = {
  catalog: ['catalog'],
  listings: (filters: Record<string, unknown>) => ['catalog', 'listings', filters],
  facets: (filters: Record<string, unknown>) => ['catalog', 'facets', filters],
  offer: (id: string) => ['catalog', 'offer', id],
  rentals: ['rentals'],
  rentalList: (state: 'live' | 'ended') => ['rentals', 'list', state],
  rental: (id: string) => ['rentals', 'one', id],
  rentalEvents: (id: string) => ['rentals', 'one', id, 'events'],
  wallet: ['wallet'],
  balance: ['wallet', 'balance'],
  ledger: (filters: Record<string, unknown>) => ['wallet', 'ledger', filters],
  preview: (body: Record<string, unknown>) => ['wallet', 'preview', body],
  topUp: (id: string) => ['wallet', 'top-up', id],
  sshKeys: ['ssh-keys'],
} as const
