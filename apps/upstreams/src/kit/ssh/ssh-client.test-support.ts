import ssh2 from 'ssh2'

interface Address {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly privateKey: string
}

/** What one command over SSH printed and how it ended; rejects where one is not let in. */
export async function sshExec({ command, ...address }: Address & { readonly command: string }) {
  using connection = await connect(address)
  return await new Promise<{ code: number; stdout: string; stderr: string }>((resolve, reject) => {
    connection.client.exec(command, (error, channel) => {
      if (error) {
        reject(error)
        return
      }
      let stdout = ''
      let stderr = ''
      channel.on('data', (data: Buffer) => (stdout += data.toString()))
      channel.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
      channel.on('close', (code: number) => resolve({ code, stdout, stderr }))
    })
  })
}

/** Everything a terminal would have shown while this was typed, until the shell ended. */
export async function sshShell({ typed, ...address }: Address & { readonly typed: string }): Promise<string> {
  using connection = await connect(address)
  return await new Promise<string>((resolve, reject) => {
    connection.client.shell((error, channel) => {
      if (error) {
        reject(error)
        return
      }
      let shown = ''
      channel.on('data', (data: Buffer) => (shown += data.toString()))
      channel.on('close', () => resolve(shown))
      channel.write(typed)
    })
  })
}

async function connect(address: Address): Promise<{ client: ssh2.Client } & Disposable> {
  const client = new ssh2.Client()
  await new Promise<void>((resolve, reject) => {
    client.on('ready', resolve).on('error', reject).connect(address)
  })
  return { client, [Symbol.dispose]: () => void client.end() }
}
