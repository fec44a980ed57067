export const stopTerms = {
  title: 'When you stop',
  keeps: 'Keeps',
  costs: 'Costs',
  loses: 'Loses',
  keepsDetail: {
    none: 'Nothing. {provider} only runs a pod or destroys it; it cannot be paused.',
    keeps_disk_may_lose_gpu:
      'Nothing. {provider} could keep the disk of a paused pod, but not its GPU: it may be gone when you come back. So a stop here ends the pod for good.',
    keeps_disk_bills_full:
      'Nothing. {provider} charges a paused pod at its full price, so a stop here ends it for good.',
    keeps_disk_and_gpu:
      'Nothing. {provider} could pause a pod with its disk and GPU, but that costs money for as long as it lasts. So a stop here ends it for good.',
  },
  costsDetail: 'Nothing from the second you ask. {provider} may take {time} to destroy it, which we pay.',
  losesDetail: 'The pod, its disk and its address. Nothing can be brought back; copy your results first.',
}
