import { isProviderStatus, switchProvider } from '@berth/activities/catalog/switch-provider'
import { createDataSource } from '@berth/entities/data-source'

const USAGE = 'Usage: npm run provider -- <account> <on|drain|off> [reason]\n'

/** An operator's switch: `npm run provider -- runpod drain "out of credit"`. */
async function main([account, status, reason]: string[], databaseUrl: string | undefined): Promise<number> {
  if (!account || !status || !isProviderStatus(status) || !databaseUrl) {
    process.stderr.write(`${USAGE}DATABASE_URL must name the database.\n`)
    return 2
  }
  const dataSource = createDataSource({
    url: databaseUrl,
    poolSize: 1,
    applicationName: 'berth-provider-switch',
  })
  await dataSource.initialize()
  try {
    const known = await switchProvider({ dataSource }, { account, status, reason: reason ?? null })
    process.stdout.write(known ? `${account} is ${status}.\n` : `There is no account ${account}.\n`)
    return known ? 0 : 1
  } finally {
    await dataSource.destroy()
  }
}

process.exitCode = await main(process.argv.slice(2), process.env['DATABASE_URL'])
