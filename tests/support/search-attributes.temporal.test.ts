import { registerSearchAttributes } from '@berth/stack/temporal/register-search-attributes'
import { expect, test } from 'vitest'
import { createDevServerEnvironment } from './temporal.ts'

test('registering what a server knows already changes nothing', async () => {
  const environment = await createDevServerEnvironment()
  try {
    const { operatorService } = environment.connection
    const known = async () =>
      (await operatorService.listSearchAttributes({ namespace: 'default' })).customAttributes
    const before = await known()
    await registerSearchAttributes({ operatorService, namespace: 'default' })
    expect(await known()).toEqual(before)
    expect(Object.keys(before)).toContain('RentalPhase')
  } finally {
    await environment.teardown()
  }
})
