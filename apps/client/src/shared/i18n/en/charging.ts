export const charging = {
  hold: 'Billed by the second as you use it.',
  tick: 'Billed by the second as you use it, nothing is set aside.',
  blockReturned: 'Bought {time} at a time, ahead. Unused seconds come back when you stop.',
  blockKept: 'Bought {time} at a time, ahead. What is unused of the last one is not returned.',
  term: 'Paid in full at the start. If you stop early: {steps}.',
  step: '{percent}% of the unused time comes back',
  stepFrom: '{percent}% from {time} on',
  minimum: 'The first {time} are charged in any case.',
  limits: {
    burn_limit: 'Your wallet allows less per hour for all pods together.',
    day_limit: 'Your daily limit leaves too little for today.',
  },
}
