/** What operators filter rentals by in Temporal Web; the worker's workflows set them, so a server must know them. */
export const searchAttributes = {
  RentalPhase: 'Keyword',
  RentalHealth: 'Keyword',
  Provider: 'Keyword',
  GpuModel: 'Keyword',
  RentalUser: 'Keyword',
  FundedUntil: 'Datetime',
} as const

/** The same as arguments of `temporal server start-dev`. */
export const searchAttributeArguments: string[] = Object.entries(searchAttributes).flatMap(([name, type]) => [
  '--search-attribute',
  `${name}=${type}`,
])

/** Two pragmas that more than double what the development server sustains (65 to 150 renewals a second on two cores). */
export const sqliteArguments = ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=1']
