import { useToast } from '@nuxt/ui/composables/useToast'
import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { refuse } from '../../shared/testing/fake-api.ts'
import { useLanguage } from '../../shared/i18n/use-language.ts'
import { aUser, mountPage } from '../../shared/testing/mount-page.ts'
import { useAccountLanguage } from './use-account-language.ts'

let toast: ReturnType<typeof useToast> | undefined
afterEach(() => {
  localStorage.clear()
  document.documentElement.lang = 'en'
  // Why: toasts belong to the program, not to the page, and would stand in the pages of the tests that follow.
  toast?.clear()
})

it('tells the account the language of the page when it does not know one yet', async () => {
  const { told } = await setup({ language: null })
  expect(told()).toEqual([{ language: 'en' }])
})

it('leaves an account alone that has one, until another is chosen here', async () => {
  const { told, choose } = await setup({ language: 'zh-CN' })
  expect(told()).toEqual([])
  await choose('zh-CN')
  expect(told()).toEqual([])
  await choose('en')
  expect(told()).toEqual([{ language: 'en' }])
})

it('says so when a choice could not be kept, for e-mails would come in another language', async () => {
  const { choose } = await setup({ language: 'en' }, () => refuse('internal', 'Something went wrong.'))
  await choose('zh-CN')
  expect(document.body.textContent).toContain('邮件的语言没有保存成功')
})

async function setup(user: { language: 'en' | 'zh-CN' | null }, answer?: () => Response) {
  document.body.innerHTML = ''
  let language: ReturnType<typeof useLanguage> | undefined
  const Shell = defineComponent(() => {
    useAccountLanguage()
    language = useLanguage()
    toast = useToast()
    return () => h('div')
  })
  let known = { ...aUser, ...user }
  const { api } = await mountPage(Shell, {
    routes: {
      'GET /v1/auth/me': () => known,
      'PATCH /v1/auth/me':
        answer ?? ((call: { body?: unknown }) => (known = { ...known, ...(call.body as object) })),
    },
  })
  return {
    told: () => api.calls.filter(({ route }) => route === 'PATCH /v1/auth/me').map(({ body }) => body),
    choose: async (tag: 'en' | 'zh-CN') => {
      await language?.choose(tag)
      await flushPromises()
    },
  }
}
