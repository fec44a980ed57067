/** A promise of the ledger that does not hold, and the first row where it shows. */
export interface Problem {
  /** I1 … I12, as the RFC on charging numbers them. */
  invariant: 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I9' | 'I11' | 'I12'
  walletId: string
  row: string
  words: string
}

export class LedgerProblem extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.invariant} broken at ${problem.row}: ${problem.words}`)
    this.problem = problem
  }
}
