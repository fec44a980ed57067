import { TERMINAL_CLOSE } from '@berth/contract/pod-access'

const PROMPT = 'root@mock-pod:~# '
const ANSWER_MS = 80

/** Stands in for the browser's WebSocket where the page has no backend: the shell of a pod that knows a few words. */
export class MockTerminal extends EventTarget {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSED = 3
  binaryType = 'arraybuffer'
  readyState: number = MockTerminal.CONNECTING
  #line = ''

  constructor() {
    super()
    setTimeout(() => {
      this.readyState = MockTerminal.OPEN
      this.dispatchEvent(new Event('open'))
      this.#show(`Welcome to a pod that only exists in this page. "help" lists what it can do.\r\n${PROMPT}`)
    }, ANSWER_MS)
  }

  send(data: string | Uint8Array): void {
    if (typeof data === 'string') return
    for (const character of new TextDecoder().decode(data)) this.#type(character)
  }

  close(code: number = TERMINAL_CLOSE.exited, reason = ''): void {
    if (this.readyState === MockTerminal.CLOSED) return
    this.readyState = MockTerminal.CLOSED
    this.dispatchEvent(new CloseEvent('close', { code, reason }))
  }

  #type(character: string): void {
    if (character === '\r') return this.#run()
    if (character === '\u007F') {
      if (this.#line !== '') this.#show('\b \b')
      this.#line = this.#line.slice(0, -1)
      return
    }
    this.#line += character
    this.#show(character)
  }

  #run(): void {
    const [command = '', ...words] = this.#line.trim().split(' ')
    this.#line = ''
    if (command === 'exit') return this.close(TERMINAL_CLOSE.exited, 'the shell ended with 0')
    this.#show(`\r\n${answerTo(command, words)}${PROMPT}`)
  }

  #show(text: string): void {
    const { buffer } = new TextEncoder().encode(text)
    this.dispatchEvent(new MessageEvent('message', { data: buffer }))
  }
}

function answerTo(command: string, words: string[]): string {
  switch (command) {
    case '':
      return ''
    case 'help':
      return 'echo, exit, help, whoami\r\n'
    case 'whoami':
      return 'root\r\n'
    case 'echo':
      return `${words.join(' ')}\r\n`
    default:
      return `${command}: not found in this pod\r\n`
  }
}
