import { timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import ssh2 from 'ssh2'
import type { AuthContext, Connection, ParsedKey, Session } from 'ssh2'
import { serveInteractiveShell, type TerminalSize } from './interactive-shell.ts'
import type { Machine } from './machine.ts'
import { runCommandLine } from './run-command.ts'

/** An open SSH door to one emulated machine. */
export interface SshDoor {
  readonly port: number
  /** Stops listening at once and hangs up on everybody inside. */
  close(): void
}

interface DoorOptions {
  readonly host: string
  /** The port to open again after a restart; a free one where it is taken or null. */
  readonly port: number | null
  readonly hostKey: string
  /** One public key a line, as in authorized_keys. Lines that are no keys are passed over, as sshd does. */
  readonly authorizedKeys: string
  readonly machine: Machine
}

/** Listens for SSH and lets in exactly the holders of these keys, by exec or in a shell. */
export async function openSshDoor(options: DoorOptions): Promise<SshDoor> {
  const keys = parseAuthorizedKeys(options.authorizedKeys)
  const clients = new Set<Connection>()
  const server = new ssh2.Server({ hostKeys: [options.hostKey], ident: 'OpenSSH_9.6' }, (client) => {
    clients.add(client)
    client.on('close', () => clients.delete(client))
    // Why ignored: a scanner or a client that hangs up mid-handshake is the network's ordinary noise.
    client.on('error', () => client.end())
    client.on('authentication', (attempt) => authenticate(attempt, options.machine.username, keys))
    client.on('session', (accept) => serveSession(accept(), options.machine))
  })
  await listenOn(server, options.host, options.port ?? 0)
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close()
      for (const client of clients) client.end()
    },
  }
}

async function listenOn(server: ssh2.Server, host: string, port: number): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    if (port === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    await listenOn(server, host, 0)
  }
}

function parseAuthorizedKeys(text: string): readonly ParsedKey[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): ParsedKey | Error => ssh2.utils.parseKey(line.trim()))
    .filter((key): key is ParsedKey => !(key instanceof Error))
}

function authenticate(attempt: AuthContext, username: string, keys: readonly ParsedKey[]): void {
  if (attempt.method !== 'publickey' || attempt.username !== username) {
    attempt.reject(['publickey'])
    return
  }
  const { key: offered, signature, blob, hashAlgo } = attempt
  const known = keys.find((key) => {
    const own = key.getPublicSSH()
    return own.length === offered.data.length && timingSafeEqual(own, offered.data)
  })
  // Why undefined passes: without a signature the client only asks whether the key would do.
  const proven =
    signature === undefined || blob === undefined || known?.verify(blob, signature, hashAlgo) === true
  if (known !== undefined && proven) attempt.accept()
  else attempt.reject(['publickey'])
}

function serveSession(session: Session, machine: Machine): void {
  let size: TerminalSize | null = null
  session.on('pty', (accept, _reject, { rows, cols }) => {
    size = { rows, cols }
    accept?.()
  })
  session.on('env', (accept) => accept?.())
  session.on('window-change', (accept, _reject, { rows, cols }) => {
    size = { rows, cols }
    accept?.()
  })
  session.on('shell', (accept) => serveInteractiveShell(accept(), machine, () => size))
  session.on('exec', (accept, _reject, { command }) => {
    const channel = accept()
    const { stdout, stderr, code } = runCommandLine(machine, command)
    channel.stderr.write(stderr)
    channel.write(stdout)
    channel.exit(code)
    channel.end()
  })
}
