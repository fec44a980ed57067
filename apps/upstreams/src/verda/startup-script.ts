import { parseEnvironment } from '../kit/cloud-config.ts'
import { hereDocumentsOf } from '../kit/here-documents.ts'

/**
 * What a startup script does to an emulated machine: its here documents written to /etc/environment are what sessions
 * see later; everything else in it runs without a trace.
 */
export function environmentFrom(script: string): Record<string, string> {
  const written = hereDocumentsOf(script).filter(({ path }) => path === '/etc/environment')
  return parseEnvironment(written.map(({ text }) => text).join('\n'))
}
