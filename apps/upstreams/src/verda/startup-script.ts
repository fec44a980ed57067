import { parseEnvironment } from '../kit/cloud-config.ts'

const HERE_DOCUMENT = /^cat\s*>>?\s*(\S+)\s*<<\s*'?(\w+)'?\n([\s\S]*?)^\2$/gm

/**
 * What a startup script does to an emulated machine: its here documents written to /etc/environment are what sessions
 * see later; everything else in it runs without a trace.
 */
export function environmentFrom(script: string): Record<string, string> {
  const written = [...script.matchAll(HERE_DOCUMENT)]
    .filter(([, path]) => path === '/etc/environment')
    .map(([, , , text = '']) => text)
  return parseEnvironment(written.join('\n'))
}
