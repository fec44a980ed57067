/** What one of several that run at once says; `end` when it has said everything. */
export interface Speaker {
  say: (words: string | Buffer) => void
  end: () => void
}

/**
 * Lets several run at once and one speak: who began first is heard at once, what the others say is kept until those
 * before them have ended. So each reads as if it had run alone.
 */
export function takeTurns(output: { write: (words: string | Buffer) => unknown }): () => Speaker {
  const waiting: { kept: (string | Buffer)[]; ended: boolean }[] = []

  const passOn = (): void => {
    while (waiting[0]?.ended) {
      waiting.shift()
      for (const words of waiting[0]?.kept.splice(0) ?? []) output.write(words)
    }
  }

  return () => {
    const own = { kept: [] as (string | Buffer)[], ended: false }
    waiting.push(own)
    return {
      say: (words) => {
        if (waiting[0] === own) output.write(words)
        else own.kept.push(words)
      },
      end: () => {
        own.ended = true
        passOn()
      },
    }
  }
}
