import ui from '@nuxt/ui/vue-plugin'
import { PiniaColada } from '@pinia/colada'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { defineComponent, h, type App, type Component } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import UApp from '@nuxt/ui/components/App.vue'
import { useSession } from '../api/session-store.ts'
import { provideApi } from '../api/use-api.ts'
import { createMessages } from '../i18n/i18n.ts'
import { provideLanguage } from '../i18n/use-language.ts'
import { createFakeApi, type FakeApi } from './fake-api.ts'

export const aUser = {
  id: 'usr_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  handle: 'octocat',
  displayName: 'Mona',
  avatarUrl: null,
  isOperator: false,
  language: 'en',
  createdAt: '2026-01-01T00:00:00Z',
}

const NAMES = [
  'market',
  'rent',
  'sign-in',
  'pods',
  'pod',
  'wallet',
  'keys',
  'operator',
  'operator-people',
  'operator-person',
  'operator-promotions',
  'notifications',
  'api-keys',
  'sessions',
  'usage',
  'statement',
] as const

const PATHS: Partial<Record<(typeof NAMES)[number], string>> = {
  pod: '/pods/:id',
  rent: '/rent/:offerId',
  statement: '/statement/:month',
  'operator-person': '/operator-person/:id',
}

/**
 * Mounts a component in the real application: its stores, its cache, its words; only the API is a fake at the wire.
 * The routes are empty pages, so that a test sees where a link or a finished action leads.
 */
export async function mountPage(
  component: Component,
  options: {
    props?: Record<string, unknown>
    routes?: Parameters<typeof createFakeApi>[0]
    at?: string
  } = {},
): Promise<{ page: VueWrapper; api: FakeApi; router: Router }> {
  const api = createFakeApi({ 'GET /v1/auth/me': () => aUser, ...options.routes })
  const router = createRouter({
    history: createMemoryHistory(),
    routes: NAMES.map((name) => ({
      name,
      path: PATHS[name] ?? `/${name}`,
      component: { render: () => null },
    })),
  })
  await router.push(options.at ?? '/market')
  const Root = defineComponent({
    setup: () => {
      void useSession().ensure()
      return () => h(UApp, () => h(component, options.props))
    },
  })
  const messages = createMessages()
  const provide = (app: App) => {
    provideApi(app, { fetch: api.fetch, onSignedOut: () => useSession().forget() })
    void provideLanguage(app, messages)
  }
  const page = mount(Root, {
    attachTo: document.body,
    global: {
      plugins: [createPinia(), [PiniaColada, {}], messages, router, { install: provide }, ui],
    },
  })
  await flushPromises()
  return { page, api, router }
}
