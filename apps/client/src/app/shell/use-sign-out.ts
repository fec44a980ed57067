import { useToast } from '@nuxt/ui/composables/useToast'
import { useRouter } from 'vue-router'
import { adviceOf, failureOf } from '../../shared/api/failure.ts'
import { useSession } from '../../shared/api/session-store.ts'
import { useText } from '../../shared/i18n/use-text.ts'

/** Signs out and shows the way back in. Who could not be signed out is told so: they may be about to walk away. */
export function useSignOut(): () => Promise<void> {
  const text = useText()
  const session = useSession()
  const router = useRouter()
  const toast = useToast()

  return async () => {
    try {
      await session.signOut()
    } catch (error) {
      toast.add({
        title: text.t('shell.stillSignedIn'),
        description: adviceOf(failureOf(error), text).words,
        icon: 'i-lucide-circle-alert',
        color: 'error',
      })
      return
    }
    await router.push({ name: 'sign-in' })
  }
}
