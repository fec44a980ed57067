import { isLive } from '@berth/contract/rental-status'
import { useQuery } from '@pinia/colada'
import { useClipboard, useColorMode } from '@vueuse/core'
import { computed, type ComputedRef } from 'vue'
import { useRouter } from 'vue-router'
import { queryKeys } from '../../shared/api/query-keys.ts'
import { useSession } from '../../shared/api/session-store.ts'
import { useApi } from '../../shared/api/use-api.ts'
import { formatRate } from '../../shared/format/money.ts'
import { languages, languageTags } from '../../shared/i18n/languages.ts'
import { useLanguage } from '../../shared/i18n/use-language.ts'
import { useText } from '../../shared/i18n/use-text.ts'
import { accountPages, destinations, operatorPages } from '../shell/navigation.ts'
import { useSignOut } from '../shell/use-sign-out.ts'
import { useShortcuts } from './shortcuts-store.ts'

export interface Command {
  label: string
  suffix?: string
  icon: string
  kbds?: string[]
  act: () => unknown
}
export interface CommandGroup {
  id: string
  label: string
  items: Command[]
}

const MOST_PODS = 50

/** Everything that can be done by its name, for whoever is there. */
export function useCommands(): ComputedRef<CommandGroup[]> {
  const { t } = useText()
  const [places, pods, market, page] = [usePlaces(), usePodCommands(), useMarketCommands(), usePageCommands()]
  return computed(() =>
    [
      { id: 'places', label: t('shell.palette.places'), items: places.value },
      { id: 'pods', label: t('shell.palette.pods'), items: pods.value },
      { id: 'rent', label: t('shell.palette.rent'), items: market.value },
      { id: 'page', label: t('shell.palette.page'), items: page.value },
    ].filter(({ items }) => items.length > 0),
  )
}

function usePlaces(): ComputedRef<Command[]> {
  const { t } = useText()
  const router = useRouter()
  const session = useSession()
  return computed(() => [
    ...destinations
      .filter((place) => session.signedIn || !place.private)
      .map(({ name, label, icon, key }) => ({
        label: t(label),
        icon,
        kbds: ['g', key],
        act: () => router.push({ name }),
      })),
    ...(session.signedIn
      ? [
          ...[...accountPages, ...(session.user?.isOperator ? operatorPages : [])].map(
            ({ name, label, icon }) => ({
              label: t(label),
              icon,
              act: () => router.push({ name }),
            }),
          ),
          {
            label: t('common.topUp'),
            icon: 'i-lucide-credit-card',
            act: () => router.push({ name: 'wallet', hash: '#top-up' }),
          },
        ]
      : []),
  ])
}

function usePodCommands(): ComputedRef<Command[]> {
  const { t } = useText()
  const api = useApi()
  const router = useRouter()
  const session = useSession()
  const { copy } = useClipboard({ legacy: true })
  const { data } = useQuery({
    key: [...queryKeys.rentals, 'palette'],
    enabled: () => session.signedIn,
    query: async ({ signal }) =>
      (await api.rentals.list({ query: { pageSize: MOST_PODS, state: 'all' }, signal })).items,
  })
  return computed(() =>
    (data.value ?? []).flatMap(({ id, name, phase, ssh }) => [
      {
        label: name,
        suffix: t(`pods.phases.${phase}`),
        icon: isLive(phase) ? 'i-lucide-container' : 'i-lucide-receipt-text',
        act: () => router.push({ name: 'pod', params: { id } }),
      },
      ...(ssh
        ? [
            {
              label: t('shell.palette.copySsh', { name }),
              icon: 'i-lucide-copy',
              act: () => copy(ssh.command),
            },
          ]
        : []),
    ]),
  )
}

/** "Rent the cheapest H100 SXM 80 GB": one for each GPU of the market. */
function useMarketCommands(): ComputedRef<Command[]> {
  const { t } = useText()
  const api = useApi()
  const router = useRouter()
  const { data } = useQuery({
    key: queryKeys.facets({}),
    query: ({ signal }) => api.catalog.facets({ query: {}, signal }),
  })

  async function rentCheapest(gpu: string): Promise<void> {
    const query = { gpu, sort: 'price_per_gpu' }
    const { items } = await api.catalog
      .listings({ query: { ...query, sort: 'price_per_gpu', spot: 'false', pageSize: 1 } })
      .catch(() => ({ items: [] }))
    const [cheapest] = items
    await router.push(
      cheapest ? { name: 'rent', params: { offerId: cheapest.id }, query } : { name: 'market', query },
    )
  }

  return computed(() =>
    (data.value?.gpu ?? []).map(({ value, label, fromMicrosPerGpuHour }) => ({
      label: t('shell.palette.rentCheapest', { gpu: label }),
      suffix: `${formatRate(fromMicrosPerGpuHour)}${t('common.perHour')}`,
      icon: 'i-lucide-zap',
      act: () => rentCheapest(value),
    })),
  )
}

function usePageCommands(): ComputedRef<Command[]> {
  const { t } = useText()
  const router = useRouter()
  const session = useSession()
  const signOut = useSignOut()
  const shortcuts = useShortcuts()
  const { tag, choose } = useLanguage()
  const { store: mode } = useColorMode()
  const isDark = () => document.documentElement.classList.contains('dark')
  return computed(() => [
    {
      label: t('shell.palette.switchTheme'),
      icon: 'i-lucide-sun-moon',
      act: () => (mode.value = isDark() ? 'light' : 'dark'),
    },
    ...languageTags
      .filter((each) => each !== tag.value)
      .map((each) => ({ label: languages[each].name, icon: 'i-lucide-languages', act: () => choose(each) })),
    {
      label: t('shell.keys.title'),
      icon: 'i-lucide-keyboard',
      kbds: ['?'],
      act: () => (shortcuts.helpOpen = true),
    },
    ...(session.signedIn
      ? [
          {
            label: t('shell.signOut'),
            icon: 'i-lucide-log-out',
            act: signOut,
          },
        ]
      : [
          {
            label: t('common.signIn'),
            icon: 'i-lucide-log-in',
            act: () => router.push({ name: 'sign-in' }),
          },
        ]),
  ])
}
