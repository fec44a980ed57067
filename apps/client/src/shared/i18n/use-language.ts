import { inject, shallowRef, type App, type InjectionKey, type ShallowRef } from 'vue'
import type { createMessages } from './i18n.ts'
import {
  languages,
  languageTags,
  preferredLanguage,
  type ComponentWords,
  type LanguageTag,
} from './languages.ts'

export interface Language {
  tag: Readonly<ShallowRef<LanguageTag>>
  /** For the component library; undefined is its own English. */
  components: Readonly<ShallowRef<ComponentWords | undefined>>
  /** Loads the language, then shows everything in it and remembers the choice. */
  choose: (tag: LanguageTag) => Promise<void>
}

const LANGUAGE: InjectionKey<Language> = Symbol('language')
const KEPT_AS = 'berth-language'

/** Gives the application its language. Resolves when the words are there, so that nothing is shown in another first. */
export async function provideLanguage(app: App, messages: ReturnType<typeof createMessages>): Promise<void> {
  const tag = shallowRef<LanguageTag>('en')
  const components = shallowRef<ComponentWords>()

  async function show(next: LanguageTag): Promise<void> {
    const loaded = await languages[next].load?.()
    if (loaded) messages.global.setLocaleMessage(next, loaded.messages)
    messages.global.locale.value = next
    components.value = loaded?.components
    tag.value = next
    document.documentElement.lang = next
  }

  app.provide(LANGUAGE, {
    tag,
    components,
    choose: async (next) => {
      await show(next)
      localStorage.setItem(KEPT_AS, next)
    },
  })
  // What is chosen in one tab holds for the others, as the theme does.
  globalThis.addEventListener('storage', ({ key, newValue }) => {
    const chosen = languageTags.find((each) => each === newValue)
    if (key === KEPT_AS && chosen) void show(chosen).catch(() => undefined)
  })
  const preferred = preferredLanguage(localStorage.getItem(KEPT_AS), navigator.languages)
  // Why not fail: a language that cannot be fetched is no reason to show no page at all.
  if (preferred !== 'en') await show(preferred).catch(() => undefined)
}

/** The language of the page and how to change it. */
export function useLanguage(): Language {
  const language = inject(LANGUAGE)
  if (!language) throw new Error('no language was provided to this application')
  return language
}
