import type { MessageKey } from '../../shared/i18n/use-text.ts'

interface Destination {
  name: 'market' | 'pods' | 'wallet' | 'keys'
  label: MessageKey
  icon: string
  /** Goes there after "g". */
  key: string
  /** Pages that belong to it. */
  covers: readonly string[]
  private: boolean
}

/** The four places of the application, in the order of use. */
export const destinations: readonly Destination[] = [
  {
    name: 'market',
    label: 'shell.market',
    icon: 'i-lucide-layout-list',
    key: 'o',
    covers: ['market', 'rent'],
    private: false,
  },
  {
    name: 'pods',
    label: 'shell.pods',
    icon: 'i-lucide-container',
    key: 'r',
    covers: ['pods', 'pod'],
    private: true,
  },
  {
    name: 'wallet',
    label: 'shell.wallet',
    icon: 'i-lucide-wallet',
    key: 'b',
    covers: ['wallet', 'usage', 'statement'],
    private: true,
  },
  {
    name: 'keys',
    label: 'shell.sshKeys',
    icon: 'i-lucide-key-round',
    key: 'k',
    covers: ['keys'],
    private: true,
  },
]

interface OperatorPage {
  name: 'operator' | 'operator-people' | 'operator-promotions'
  label: MessageKey
  icon: string
}

/** For those who keep the marketplace running. */
export const operatorPages: readonly OperatorPage[] = [
  { name: 'operator', label: 'shell.operations', icon: 'i-lucide-life-buoy' },
  { name: 'operator-people', label: 'shell.people', icon: 'i-lucide-users' },
  { name: 'operator-promotions', label: 'shell.promotionCodes', icon: 'i-lucide-ticket' },
]

interface AccountPage {
  name: 'api-keys' | 'sessions' | 'notifications'
  label: MessageKey
  icon: string
}

/** What belongs to the account, and is not needed every day. */
export const accountPages: readonly AccountPage[] = [
  { name: 'api-keys', label: 'access.keys.title', icon: 'i-lucide-square-terminal' },
  { name: 'sessions', label: 'access.sessions.title', icon: 'i-lucide-monitor-smartphone' },
  { name: 'notifications', label: 'notices.pageTitle', icon: 'i-lucide-bell' },
]
