/** One command with its words, and when it runs: always, or on success or failure of the one before. */
export interface ParsedCommand {
  readonly words: readonly string[]
  readonly runs: 'always' | 'on_success' | 'on_failure'
}

export type ParsedLine =
  | { readonly ok: true; readonly commands: readonly ParsedCommand[] }
  | { readonly ok: false; readonly reason: string }

const RUNS = { ';': 'always', '&&': 'on_success', '||': 'on_failure' } as const
const TOKEN = /\s+|&&|\|\||;|[|&<>`()]|(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s;|&<>`()"'\\])+|["']/g

/** Splits a line into commands. Pipes, redirections and substitution are refused rather than misread. */
export function parseCommandLine(line: string, env: Readonly<Record<string, string>>): ParsedLine {
  const commands: ParsedCommand[] = []
  let words: string[] = []
  let runs: ParsedCommand['runs'] = 'always'
  for (const [token] of line.matchAll(TOKEN)) {
    if (token.trim() === '') continue
    if (Object.hasOwn(RUNS, token)) {
      if (words.length > 0) commands.push({ words, runs })
      words = []
      runs = RUNS[token as keyof typeof RUNS]
    } else if (/^[|&<>`()]$/.test(token)) {
      return { ok: false, reason: `this emulated pod's shell has no "${token}"` }
    } else if (/^["']$/.test(token)) {
      return { ok: false, reason: `unterminated ${token}` }
    } else {
      words.push(expand(token, env))
    }
  }
  if (words.length > 0) commands.push({ words, runs })
  return { ok: true, commands }
}

/** Takes quotes off and puts variables in, except within single quotes. */
function expand(word: string, env: Readonly<Record<string, string>>): string {
  const PIECE = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^'"\\]+)/g
  return [...word.matchAll(PIECE)]
    .map(([, single, double, escaped, bare]) => {
      if (single !== undefined) return single
      if (escaped !== undefined) return escaped
      const text = double === undefined ? (bare ?? '') : double.replace(/\\(["\\$])/g, '$1')
      return text.replace(
        /\$(?:\{(\w+)\}|(\w+))/g,
        (_all, braced?: string, plain?: string) => env[braced ?? plain ?? ''] ?? '',
      )
    })
    .join('')
}
