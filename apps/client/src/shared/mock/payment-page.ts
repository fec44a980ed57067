import { formatUsd } from '@berth/contract/money'
import { declineTopUp, payTopUp } from './world/top-ups.ts'
import type { World } from './world/world.ts'

/** Stands for Stripe's page: pays, is declined, or turns back, as the person chooses; answers where Stripe would lead. */
export function showPaymentPage(world: World, topUpId: string): Promise<string> {
  const amount = world.state.topUps.find(({ id }) => id === topUpId)?.amountMicros ?? 0
  const page = document.createElement('main')
  page.className = 'mx-auto grid max-w-sm gap-3 px-4 pt-24'
  const title = document.createElement('h1')
  title.className = 'text-xl font-semibold'
  title.textContent = `A payment of ${formatUsd(amount)}, which nobody takes`
  page.append(title)
  document.title = 'Payment · mock'
  return new Promise((resolve) => {
    const choice = (testId: string, label: string, act: () => void) => {
      const button = document.createElement('button')
      button.className = 'sheet cursor-pointer px-4 py-3 text-left'
      button.dataset['testid'] = testId
      button.textContent = label
      button.addEventListener('click', () => {
        act()
        page.remove()
        resolve(`/wallet?topUp=${topUpId}${testId === 'turn-back' ? '&cancelled=1' : ''}`)
      })
      page.append(button)
    }
    choice('pay', 'Pay', () => payTopUp(world, topUpId))
    choice('decline', 'Have the card declined', () => declineTopUp(world, topUpId))
    choice('turn-back', 'Turn back without paying', () => undefined)
    document.body.append(page)
  })
}
