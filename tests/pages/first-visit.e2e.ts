import { createOpenSshKeyPair } from '@berth/activities/providers/ssh/openssh-key-pair'
import { describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { listenForComplaints } from '../support/complaints.ts'
import { addSshKey, rentFirst, signIn, stopPod, topUp } from '../support/visitor.ts'
import { someoneNew, useVisitors } from '../support/visitors.ts'
import { WIDTHS } from '../support/widths.ts'

const { visit } = useVisitors()

describe.each(WIDTHS)('on %s, somebody new', (_, viewport) => {
  test('comes from the landing page to a running pod, and ends it for a receipt', async () => {
    const { page } = await visit({ login: null, viewport })
    const login = someoneNew()
    await signIn(page, login)
    // Why not sooner: asking who one is answers 401 until one has signed in, and Chromium complains of that.
    const complaints = listenForComplaints(page, ['error'])
    await addSshKey(page, createOpenSshKeyPair(`${login}@laptop`).publicKey)
    await topUp(page, 25)
    await rentFirst(page, { market: 'q=4090&provider=runpod', hours: 1 })
    expect(await page.getByTestId('ssh-command').textContent()).toContain('ssh -p')
    expect(await accessibilityProblems(page)).toEqual([])
    await stopPod(page)
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    expect(complaints).toEqual([])
  })
})
