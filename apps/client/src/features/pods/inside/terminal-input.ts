export const ARROWS = ['left', 'down', 'up', 'right'] as const
export type Arrow = (typeof ARROWS)[number]

const LETTERS: Record<Arrow, string> = { up: 'A', down: 'B', right: 'C', left: 'D' }

/**
 * What an arrow key sends, by xterm's control sequences: programs over the whole screen (vim, less) ask for the
 * application's form of the cursor keys, a shell for the normal one.
 */
export const arrowInput = (arrow: Arrow, { application }: { application: boolean }): string =>
  `\u001B${application ? 'O' : '['}${LETTERS[arrow]}`
