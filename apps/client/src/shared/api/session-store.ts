import { ApiError } from '@berth/contract/client'
import type { Language } from '@berth/contract/languages'
import type { User } from '@berth/contract/schemas/account'
import { useQueryCache } from '@pinia/colada'
import { until } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { useApi } from './use-api.ts'

/** So long pages wait for the answer; then they come without it, and say that there is none yet. */
const PATIENCE_MS = 3000

/** Who is signed in. The cookie is the server's; the page knows only what `GET /v1/auth/me` answers. */
export const useSession = defineStore('session', () => {
  const api = useApi()
  const cache = useQueryCache()
  const user = ref<User | null>(null)
  const status = ref<'unknown' | 'signed_in' | 'signed_out' | 'unreachable'>('unknown')
  /** Whether it takes the server long to answer; it is still waited for. */
  const overdue = ref(false)
  let asking: Promise<void> | null = null

  async function ask(): Promise<void> {
    const impatience = setTimeout(() => (overdue.value = true), PATIENCE_MS)
    try {
      user.value = await api.auth.me({})
      status.value = 'signed_in'
    } catch (error) {
      const refused = error instanceof ApiError && error.problem.code === 'not_signed_in'
      user.value = null
      status.value = refused ? 'signed_out' : 'unreachable'
    } finally {
      clearTimeout(impatience)
      overdue.value = false
    }
  }

  /**
   * Asks once; later calls answer from memory, unless the first one did not reach the server. Settles without an answer
   * where that takes long.
   */
  async function ensure(): Promise<void> {
    if (status.value === 'signed_in' || status.value === 'signed_out') return
    asking ??= ask().finally(() => (asking = null))
    await Promise.race([asking, until(overdue).toBe(true)])
  }

  function forget(): void {
    if (status.value !== 'signed_in') return
    user.value = null
    status.value = 'signed_out'
    for (const key of [
      ['wallet'],
      ['rentals'],
      ['ssh-keys'],
      ['access'],
      ['notices'],
      ['webhooks'],
      ['operator'],
    ]) {
      for (const entry of cache.getEntries({ key })) cache.remove(entry)
    }
  }

  async function signOut(): Promise<void> {
    await api.auth.logout({})
    forget()
  }

  /** Has e-mails written in this language from now on. */
  async function writeIn(language: Language): Promise<void> {
    user.value = await api.auth.change({ body: { language } })
  }

  const signedIn = computed(() => status.value === 'signed_in')
  /** Whether the server did not say who is there, or has not yet for a while. */
  const unheard = computed(() => status.value === 'unreachable' || overdue.value)
  return { user, status, signedIn, unheard, ensure, forget, signOut, writeIn }
})

/** Where "Continue with GitHub" leads: a page load, because the answer is a chain of redirects. */
export const signInUrl = (returnTo: string): string =>
  `/v1/auth/github?returnTo=${encodeURIComponent(returnTo)}`
