/** One board as the marketplace names it, and what nvidia-smi shows of it. */
export interface GpuModelFacts {
  readonly v0Name: string
  readonly displayName: string
  readonly cardName: string
  readonly cardMemoryMib: number
}

type Row = readonly [v0Name: string, displayName: string, cardName: string, cardMemoryMib: number]

const ROWS: readonly Row[] = [
  ['geforcertx3090-pcie-24gb', 'NVIDIA GeForce RTX 3090 PCIe 24GB', 'NVIDIA GeForce RTX 3090', 24_576],
  ['geforcertx4090-pcie-24gb', 'NVIDIA GeForce RTX 4090 PCIe 24GB', 'NVIDIA GeForce RTX 4090', 24_564],
  ['geforcertx5090-pcie-32gb', 'NVIDIA GeForce RTX 5090 PCIe 32GB', 'NVIDIA GeForce RTX 5090', 32_607],
  ['rtxa4000-pcie-16gb', 'NVIDIA RTX A4000 PCIe 16GB', 'NVIDIA RTX A4000', 16_376],
  ['rtxa6000-pcie-48gb', 'NVIDIA RTX A6000 PCIe 48GB', 'NVIDIA RTX A6000', 49_140],
  ['l40s-pcie-48gb', 'NVIDIA L40S PCIe 48GB', 'NVIDIA L40S', 46_068],
  ['a100-pcie-80gb', 'NVIDIA A100 PCIe 80GB', 'NVIDIA A100 80GB PCIe', 81_920],
  ['h100-sxm5-80gb', 'NVIDIA H100 SXM5 80GB', 'NVIDIA H100 80GB HBM3', 81_559],
  ['teslav100-sxm2-16gb', 'NVIDIA Tesla V100 SXM2 16GB', 'Tesla V100-SXM2-16GB', 16_384],
]

const GPU_MODELS: readonly GpuModelFacts[] = ROWS.map(([v0Name, displayName, cardName, cardMemoryMib]) => ({
  v0Name,
  displayName,
  cardName,
  cardMemoryMib,
}))

export const findGpuModel = (v0Name: string): GpuModelFacts | undefined =>
  GPU_MODELS.find((model) => model.v0Name === v0Name)
