import type { RouteRecordRaw } from 'vue-router'
import type { MessageKey } from '../shared/i18n/use-text.ts'

declare module 'vue-router' {
  interface RouteMeta {
    title?: MessageKey
    /** Whether the page is one's own and needs a session. */
    private?: boolean
  }
}

/** Every page by name; links use the names. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/market',
    alias: '/',
    name: 'market',
    component: () => import('../features/market/pages/market-page.vue'),
    meta: { title: 'shell.market' },
    children: [
      {
        path: '/rent/:offerId',
        name: 'rent',
        component: () => import('../features/rent/pages/rent-panel.vue'),
        meta: { title: 'rent.title' },
      },
    ],
  },
  {
    path: '/sign-in',
    name: 'sign-in',
    component: () => import('../features/auth/pages/sign-in-page.vue'),
    meta: { title: 'auth.title' },
  },
  {
    path: '/pods',
    name: 'pods',
    component: () => import('../features/pods/pages/pods-page.vue'),
    meta: { title: 'shell.pods', private: true },
  },
  {
    path: '/pods/:id',
    name: 'pod',
    component: () => import('../features/pods/pages/pod-page.vue'),
    meta: { title: 'pods.one', private: true },
  },
  {
    path: '/wallet',
    name: 'wallet',
    component: () => import('../features/wallet/pages/wallet-page.vue'),
    meta: { title: 'shell.wallet', private: true },
  },
  {
    path: '/wallet/usage',
    name: 'usage',
    component: () => import('../features/reports/pages/usage-page.vue'),
    meta: { title: 'reports.title', private: true },
  },
  {
    path: '/wallet/statements/:month',
    name: 'statement',
    component: () => import('../features/reports/pages/statement-page.vue'),
    meta: { title: 'reports.statements', private: true },
  },
  {
    path: '/keys',
    name: 'keys',
    component: () => import('../features/ssh-keys/pages/ssh-keys-page.vue'),
    meta: { title: 'shell.sshKeys', private: true },
  },
  {
    path: '/api-keys',
    name: 'api-keys',
    component: () => import('../features/access/pages/api-keys-page.vue'),
    meta: { title: 'access.keys.title', private: true },
  },
  {
    path: '/sessions',
    name: 'sessions',
    component: () => import('../features/access/pages/sessions-page.vue'),
    meta: { title: 'access.sessions.title', private: true },
  },
  {
    path: '/operator',
    name: 'operator',
    component: () => import('../features/operator/pages/operator-page.vue'),
    meta: { title: 'shell.operations', private: true },
  },
  {
    path: '/operator/people',
    name: 'operator-people',
    component: () => import('../features/operator/pages/people-page.vue'),
    meta: { title: 'shell.people', private: true },
  },
  {
    path: '/operator/people/:id',
    name: 'operator-person',
    component: () => import('../features/operator/pages/person-page.vue'),
    meta: { title: 'shell.person', private: true },
  },
  {
    path: '/operator/promotions',
    name: 'operator-promotions',
    component: () => import('../features/operator/pages/promotions-page.vue'),
    meta: { title: 'shell.promotionCodes', private: true },
  },
  {
    path: '/notifications',
    name: 'notifications',
    component: () => import('../features/notifications/pages/notifications-page.vue'),
    meta: { title: 'notices.pageTitle', private: true },
  },
  {
    path: '/:rest(.*)*',
    name: 'not-found',
    component: () => import('./pages/not-found-page.vue'),
    meta: { title: 'shell.notFound' },
  },
]
