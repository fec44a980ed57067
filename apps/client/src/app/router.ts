import { createRouter, createWebHistory, type Router } from 'vue-router'
import { useSession } from '../shared/api/session-store.ts'
import { routes } from './routes.ts'

/**
 * Private pages ask who is there first; a visitor is sent to sign in and comes back to where they were going. Where the
 * server takes long to say, the page comes without waiting, and is left for signing in when it says so.
 */
export function createAppRouter(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes,
    scrollBehavior: (to, from, saved) => {
      if (saved) return saved
      return to.matched[0] === from.matched[0] ? false : { top: 0 }
    },
  })

  router.beforeEach(async (to) => {
    if (!to.meta.private) return true
    const session = useSession()
    await session.ensure()
    return session.status === 'signed_out' ? { name: 'sign-in', query: { returnTo: to.fullPath } } : true
  })

  /**
   * The page that was asked for could not be loaded: most likely a newer version is served by now, and what this tab would
   * load of the old one is gone. A page load brings the new one; the first page of a visit is one already.
   */
  router.onError((_error, to, from) => {
    if (from.matched.length > 0 && navigator.onLine) location.assign(to.fullPath)
  })

  return router
}
