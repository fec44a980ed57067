import type { Language } from '@berth/contract/languages'
import type { en as componentsInEnglish } from '@nuxt/ui/locale'
import type { Messages } from './en.ts'

interface LanguageSource {
  /** In the language itself, for those who can read no other. */
  name: string
  /** Words of our own and of the component library; null where they are part of the page already. */
  load: (() => Promise<{ messages: Messages; components: ComponentWords }>) | null
}

/** What the component library is told of a language. */
export type ComponentWords = typeof componentsInEnglish

/** Every language, by the tag that browsers and `Intl` know it by. */
export const languages = {
  en: { name: 'English', load: null },
  'zh-CN': {
    name: '简体中文',
    load: async () => {
      const { zh, zh_cn } = await import('./zh.ts')
      return { messages: zh, components: zh_cn }
    },
  },
} as const satisfies Record<Language, LanguageSource>

export type LanguageTag = Language
export const languageTags = Object.keys(languages) as LanguageTag[]

/** What was chosen before, else the first language of the browser that we speak, else English. */
export function preferredLanguage(chosen: string | null, wanted: readonly string[]): LanguageTag {
  const exact = languageTags.find((tag) => tag === chosen)
  if (exact) return exact
  for (const each of wanted) {
    const primary = each.split('-')[0]
    const spoken = languageTags.find((tag) => tag.split('-')[0] === primary)
    if (spoken) return spoken
  }
  return 'en'
}
