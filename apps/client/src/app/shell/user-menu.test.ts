import { flushPromises } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { aUser, mountPage } from '../../shared/testing/mount-page.ts'
import UserMenu from './user-menu.vue'

const OWN = ['SSH keys', 'API keys', 'Sessions', 'Notifications and webhooks']

it.for([
  { who: 'an operator', isOperator: true, places: [...OWN, 'Operations'] },
  { who: 'anybody else', isOperator: false, places: OWN },
])('leads $who to what concerns them', async ({ isOperator, places }) => {
  const { page } = await mountPage(UserMenu, { props: { user: { ...aUser, isOperator } } })
  await page.get('[data-testid=user-menu]').trigger('click')
  await flushPromises()
  const links = [...document.querySelectorAll('[role=menuitem][href]')]
  expect(links.map((link) => link.textContent?.trim())).toEqual(places)
})
