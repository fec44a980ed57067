/** Text that a shell script writes to a file. */
export interface HereDocument {
  readonly path: string
  readonly text: string
}

const HERE_DOCUMENT = /^cat\s*>>?\s*"?([^\s"]+)"?\s*<<\s*'?(\w+)'?\n([\s\S]*?)^\2$/gm

/** The here documents of a script, in order: the part of it that an emulated machine can carry out. */
export const hereDocumentsOf = (script: string): readonly HereDocument[] =>
  [...script.matchAll(HERE_DOCUMENT)].map(([, path = '', , text = '']) => ({ path, text }))
