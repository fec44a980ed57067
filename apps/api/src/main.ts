import { createServer } from 'node:http'
import { compose } from './composition.ts'
import { readConfig } from './config.ts'
import { serveUntilSignal } from './serve-until-signal.ts'
import manifest from '../package.json' with { type: 'json' }

const config = readConfig(process.env)
const { app, upgrade, log, streams, close } = await compose(config, manifest.version)
const server = createServer(app)
server.on('upgrade', upgrade)
// Why: a sender that drips headers or body holds a socket no longer than this.
server.headersTimeout = 15_000
server.requestTimeout = 30_000
server.listen(config.listen.port, config.listen.host, () => {
  log.info({ address: server.address() }, 'the API listens')
})
await serveUntilSignal({ server, log, beforeClose: streams.closeAll, afterClose: close })
