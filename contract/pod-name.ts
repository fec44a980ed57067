interface Named {
  gpuModel: string
  gpuCount: number
  providerName: string
}

/** What a pod is called until its renter says otherwise: "2x H100 on RunPod". */
export const usualPodName = ({ gpuModel, gpuCount, providerName }: Named): string =>
  `${gpusOf(gpuCount, gpuModel)} on ${providerName}`.slice(0, POD_NAME_LENGTH)

/** "2x H100"; the model alone where there is no GPU to count. */
export const gpusOf = (count: number, model: string): string => (count === 0 ? model : `${count}x ${model}`)

export const POD_NAME_LENGTH = 64
