import { flushPromises } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { accessibilityProblems } from '../../../shared/testing/accessibility.ts'
import { refuse } from '../../../shared/testing/fake-api.ts'
import { aUser, mountPage } from '../../../shared/testing/mount-page.ts'
import { aFoundPerson } from '../testing/examples.ts'
import PeoplePage from './people-page.vue'

const FIND = 'GET /v1/operator/people'

const mountPeople = (answer: NonNullable<Parameters<typeof mountPage>[1]>['routes'], at = '/market') =>
  mountPage(PeoplePage, {
    at,
    routes: { 'GET /v1/auth/me': () => ({ ...aUser, isOperator: true }), ...answer },
  })

it('looks for what the address says, shows what each owes, and leads to the person', async () => {
  const asked: (string | null)[] = []
  const { page } = await mountPeople(
    {
      [FIND]: ({ url }) => {
        asked.push(url.searchParams.get('q'))
        return { items: [aFoundPerson()], more: true }
      },
    },
    '/market?q=grace',
  )
  expect(asked).toEqual(['grace'])
  const row = page.get('[data-testid=person-row]')
  for (const words of ['grace', 'grace@navy.example', 'owes $3.00', '1 live pod', '$12.00'])
    expect(row.text()).toContain(words)
  expect(row.attributes('href')).toBe(`/operator-person/${aFoundPerson().id}`)
  expect(page.text()).toContain('More than these match')
  expect(await accessibilityProblems()).toEqual([])
  await page.get('input[type=search]').setValue('')
  await page.get('form').trigger('submit')
  await flushPromises()
  expect(asked.at(-1)).toBeNull()
})

it('says when there is nobody, and when nobody could be looked up', async () => {
  const { page } = await mountPeople({ [FIND]: () => ({ items: [], more: false }) })
  expect(page.text()).toContain('Nobody is called that')
  document.body.innerHTML = ''
  const { page: failed } = await mountPeople({ [FIND]: () => refuse('internal', 'The list is busy.') })
  expect(failed.text()).toContain('People could not be looked up')
})
