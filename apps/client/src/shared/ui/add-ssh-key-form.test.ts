import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { aSshKey } from '../testing/examples.ts'
import { refuse } from '../testing/fake-api.ts'
import { mountPage } from '../testing/mount-page.ts'
import AddSshKeyForm from './add-ssh-key-form.vue'

describe('adding an SSH key', () => {
  it('sends the key under the name its owner gave it', async () => {
    const { page, api } = await setup()
    await page.find('[data-testid=ssh-key-public]').setValue('ssh-ed25519 AAAA mona@box')
    await page.find('[data-testid=ssh-key-public]').trigger('blur')
    await page.find('form').trigger('submit')
    await flushPromises()
    expect(api.calls.at(-1)).toMatchObject({
      route: 'POST /v1/ssh-keys',
      body: { name: 'mona@box', publicKey: 'ssh-ed25519 AAAA mona@box' },
    })
  })

  it('shows the server’s complaint at the key', async () => {
    const { page, api } = await setup()
    api.on('POST /v1/ssh-keys', () => refuse('weak_ssh_key', 'RSA keys need 2048 bits.'))
    await page.find('[data-testid=ssh-key-public]').setValue('ssh-rsa AAAA')
    await page.find('[data-testid=ssh-key-name]').setValue('old')
    await page.find('form').trigger('submit')
    await flushPromises()
    expect(page.text()).toContain('RSA keys need 2048 bits.')
    expect(page.find('[data-testid=failure]').exists()).toBe(false)
  })

  it.for([
    '-----BEGIN OPENSSH PRIVATE KEY-----\nsecret one two\n-----END OPENSSH PRIVATE KEY-----',
    'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: secret',
  ])(
    'forgets a private key as soon as it is pasted, names nothing after it and never sends it',
    async (pasted) => {
      const { page, api } = await setup()
      const field = page.find<HTMLTextAreaElement>('[data-testid=ssh-key-public]')
      await field.setValue(pasted)
      expect(page.text()).toContain('That was a private key.')
      expect(field.element.value).toBe('')
      await field.trigger('blur')
      expect(page.find<HTMLInputElement>('[data-testid=ssh-key-name]').element.value).toBe('')
      await page.find('form').trigger('submit')
      await flushPromises()
      expect(api.calls.some(({ route }) => route.startsWith('POST'))).toBe(false)
    },
  )
})

const setup = () => mountPage(AddSshKeyForm, { routes: { 'POST /v1/ssh-keys': () => aSshKey } })
