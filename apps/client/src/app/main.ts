import '@fontsource-variable/ibm-plex-sans/wght.css'
import '@fontsource/ibm-plex-mono/400.css'
import './styles.css'
import ui from '@nuxt/ui/vue-plugin'
import { PiniaColada } from '@pinia/colada'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { config } from 'zod/v4/core'
import { useSession } from '../shared/api/session-store.ts'
import { provideApi } from '../shared/api/use-api.ts'
import { createMessages } from '../shared/i18n/i18n.ts'
import { provideLanguage } from '../shared/i18n/use-language.ts'
import App from './app.vue'
import { createAppRouter } from './router.ts'

// Why: the content security policy forbids making code of text, and schemas would try it to be a little faster.
config({ jitless: true })

if (import.meta.env.VITE_MOCK_MODE === '1') {
  const { startMock } = await import('../shared/mock/start-mock.ts')
  await startMock()
}

const app = createApp(App)
app.use(createPinia())
app.use(PiniaColada, { queryOptions: { staleTime: 5000, gcTime: 5 * 60_000 } })
const messages = createMessages()
app.use(messages)
await provideLanguage(app, messages)
provideApi(app, { onSignedOut: () => useSession().forget() })
app.use(createAppRouter())
app.use(ui)
app.mount('#app')
