import { useToast } from '@nuxt/ui/composables/useToast'
import { watch } from 'vue'
import { adviceOf, failureOf } from '../../shared/api/failure.ts'
import { useSession } from '../../shared/api/session-store.ts'
import { useLanguage } from '../../shared/i18n/use-language.ts'
import { useText } from '../../shared/i18n/use-text.ts'

/**
 * E-mails come in the language of the dashboard: the account learns it at the first visit after a sign-in, and whenever
 * somebody chooses another one. What another browser of theirs is set to stays as it is until it is chosen there.
 */
export function useAccountLanguage(): void {
  const text = useText()
  const session = useSession()
  const toast = useToast()
  const { tag } = useLanguage()

  const tellFailure = (error: unknown): void => {
    toast.add({
      title: text.t('shell.languageNotSaved'),
      description: adviceOf(failureOf(error), text).words,
      icon: 'i-lucide-circle-alert',
      color: 'error',
    })
  }

  watch(
    () => session.user?.id,
    () => {
      // Why quiet: nobody asked for it, and the next visit tries again.
      if (session.user?.language === null) session.writeIn(tag.value).catch(() => undefined)
    },
    { immediate: true },
  )
  watch(tag, (chosen) => {
    if (session.user && session.user.language !== chosen) session.writeIn(chosen).catch(tellFailure)
  })
}
