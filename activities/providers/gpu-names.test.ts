import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CPU_ONLY, isSameBoard, normalizeGpu, type RawGpu } from './gpu-names.ts'

/** As each provider writes it, with the memory it tells; the right column is the board in our words. */
const NAMES: [provider: string, raw: RawGpu, key: string][] = [
  ['runpod', { rawName: 'NVIDIA GeForce RTX 4090', memoryGib: 24 }, 'nvidia-rtx-4090-24gb-pcie'],
  ['runpod', { rawName: 'NVIDIA GeForce RTX 4080 SUPER', memoryGib: 16 }, 'nvidia-rtx-4080-super-16gb-pcie'],
  ['runpod', { rawName: 'NVIDIA GeForce RTX 3090 Ti', memoryGib: 24 }, 'nvidia-rtx-3090-ti-24gb-pcie'],
  ['runpod', { rawName: 'NVIDIA GeForce RTX 4070 Ti', memoryGib: 12 }, 'nvidia-rtx-4070-ti-12gb-pcie'],
  ['runpod', { rawName: 'NVIDIA A100-SXM4-80GB', memoryGib: 80 }, 'nvidia-a100-80gb-sxm'],
  ['runpod', { rawName: 'NVIDIA A100-SXM4-40GB', memoryGib: 40 }, 'nvidia-a100-40gb-sxm'],
  ['runpod', { rawName: 'NVIDIA A100 80GB PCIe', memoryGib: 80 }, 'nvidia-a100-80gb-pcie'],
  ['runpod', { rawName: 'NVIDIA H100 80GB HBM3', memoryGib: 80 }, 'nvidia-h100-80gb-sxm'],
  ['runpod', { rawName: 'NVIDIA H100 PCIe', memoryGib: 80 }, 'nvidia-h100-80gb-pcie'],
  ['runpod', { rawName: 'NVIDIA H100 NVL', memoryGib: 94 }, 'nvidia-h100-94gb-nvl'],
  ['runpod', { rawName: 'NVIDIA H200', memoryGib: 141, formFactorHint: 'H200 SXM' }, 'nvidia-h200-141gb-sxm'],
  ['runpod', { rawName: 'NVIDIA H200 NVL', memoryGib: 143 }, 'nvidia-h200-141gb-nvl'],
  ['runpod', { rawName: 'NVIDIA B200', memoryGib: 180 }, 'nvidia-b200-180gb-sxm'],
  ['runpod', { rawName: 'NVIDIA B300 SXM6 AC', memoryGib: 288 }, 'nvidia-b300-288gb-sxm'],
  ['runpod', { rawName: 'NVIDIA L40S', memoryGib: 48 }, 'nvidia-l40s-48gb-pcie'],
  ['runpod', { rawName: 'NVIDIA L4', memoryGib: 24 }, 'nvidia-l4-24gb-pcie'],
  ['runpod', { rawName: 'NVIDIA A40', memoryGib: 48 }, 'nvidia-a40-48gb-pcie'],
  ['runpod', { rawName: 'NVIDIA RTX A4500', memoryGib: 20 }, 'nvidia-rtx-a4500-20gb-pcie'],
  ['runpod', { rawName: 'NVIDIA RTX A6000', memoryGib: 48 }, 'nvidia-rtx-a6000-48gb-pcie'],
  ['runpod', { rawName: 'NVIDIA RTX 6000 Ada Generation', memoryGib: 48 }, 'nvidia-rtx-6000-ada-48gb-pcie'],
  [
    'runpod',
    { rawName: 'NVIDIA RTX 4000 SFF Ada Generation', memoryGib: 20 },
    'nvidia-rtx-4000-sff-ada-20gb-pcie',
  ],
  ['runpod', { rawName: 'NVIDIA RTX 2000 Ada Generation', memoryGib: 16 }, 'nvidia-rtx-2000-ada-16gb-pcie'],
  [
    'runpod',
    { rawName: 'NVIDIA RTX PRO 6000 Blackwell Server Edition', memoryGib: 96 },
    'nvidia-rtx-pro-6000-server-96gb-pcie',
  ],
  [
    'runpod',
    { rawName: 'NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition', memoryGib: 96 },
    'nvidia-rtx-pro-6000-max-q-96gb-pcie',
  ],
  ['runpod', { rawName: 'Tesla V100-SXM2-16GB', memoryGib: 16 }, 'nvidia-v100-16gb-sxm'],
  ['runpod', { rawName: 'AMD Instinct MI300X OAM', memoryGib: 192 }, 'amd-mi300x-192gb-oam'],
  ['vast', { rawName: 'RTX 4090', memoryMib: 24_564 }, 'nvidia-rtx-4090-24gb-pcie'],
  ['vast', { rawName: 'RTX 4090', memoryMib: 49_140 }, 'nvidia-rtx-4090-48gb-pcie'],
  ['vast', { rawName: 'RTX 4090D', memoryMib: 24_564 }, 'nvidia-rtx-4090-d-24gb-pcie'],
  ['vast', { rawName: 'RTX 4080S', memoryMib: 16_376 }, 'nvidia-rtx-4080-super-16gb-pcie'],
  ['vast', { rawName: 'RTX 4070S Ti', memoryMib: 16_376 }, 'nvidia-rtx-4070-ti-super-16gb-pcie'],
  ['vast', { rawName: 'RTX 3070 laptop', memoryMib: 8_192 }, 'nvidia-rtx-3070-laptop-8gb-unknown'],
  ['vast', { rawName: 'RTX A5000', memoryMib: 24_564 }, 'nvidia-rtx-a5000-24gb-pcie'],
  ['vast', { rawName: 'RTX 6000Ada', memoryMib: 49_140 }, 'nvidia-rtx-6000-ada-48gb-pcie'],
  ['vast', { rawName: 'Q RTX 8000', memoryMib: 49_152 }, 'nvidia-quadro-rtx-8000-48gb-pcie'],
  ['vast', { rawName: 'Q RTX 6000', memoryMib: 24_576 }, 'nvidia-quadro-rtx-6000-24gb-pcie'],
  ['vast', { rawName: 'H100 SXM', memoryMib: 81_559 }, 'nvidia-h100-80gb-sxm'],
  ['vast', { rawName: 'H100 NVL', memoryMib: 95_830 }, 'nvidia-h100-94gb-nvl'],
  ['vast', { rawName: 'A100 SXM4', memoryMib: 81_920 }, 'nvidia-a100-80gb-sxm'],
  ['vast', { rawName: 'A100 PCIE', memoryMib: 40_960 }, 'nvidia-a100-40gb-pcie'],
  ['vast', { rawName: 'A100X', memoryMib: 81_920 }, 'nvidia-a100x-80gb-pcie'],
  ['vast', { rawName: 'RTX PRO 6000 S', memoryMib: 97_887 }, 'nvidia-rtx-pro-6000-server-96gb-pcie'],
  ['vast', { rawName: 'RTX PRO 6000 WS', memoryMib: 97_887 }, 'nvidia-rtx-pro-6000-workstation-96gb-pcie'],
  ['vast', { rawName: 'Tesla T4', memoryMib: 15_360 }, 'nvidia-t4-16gb-pcie'],
  ['vast', { rawName: 'GTX 1080 Ti', memoryMib: 11_264 }, 'nvidia-gtx-1080-ti-11gb-pcie'],
  ['vast', { rawName: 'InstinctMI300X', memoryMib: 196_592 }, 'amd-mi300x-192gb-oam'],
  ['vast', { rawName: 'RX 7900 XTX', memoryMib: 24_560 }, 'amd-rx-7900-xtx-24gb-pcie'],
  ['lambda', { rawName: 'H100 (80 GB SXM5)' }, 'nvidia-h100-80gb-sxm'],
  ['lambda', { rawName: 'H100 (80 GB PCIe)' }, 'nvidia-h100-80gb-pcie'],
  ['lambda', { rawName: 'A100 (40 GB SXM4)' }, 'nvidia-a100-40gb-sxm'],
  ['lambda', { rawName: 'A10 (24 GB PCIe)' }, 'nvidia-a10-24gb-pcie'],
  ['lambda', { rawName: 'A6000 (48 GB)' }, 'nvidia-rtx-a6000-48gb-pcie'],
  ['lambda', { rawName: 'RTX 6000 (24 GB)' }, 'nvidia-quadro-rtx-6000-24gb-pcie'],
  ['lambda', { rawName: 'Tesla V100 (16 GB)' }, 'nvidia-v100-16gb-unknown'],
  ['lambda', { rawName: 'GH200 (96 GB)' }, 'nvidia-gh200-96gb-unknown'],
  ['lambda', { rawName: 'B200 (180 GB SXM6)' }, 'nvidia-b200-180gb-sxm'],
  ['verda', { rawName: 'H100 SXM5 80GB', memoryGib: 80 }, 'nvidia-h100-80gb-sxm'],
  ['verda', { rawName: 'A100 SXM4 40GB', memoryGib: 40 }, 'nvidia-a100-40gb-sxm'],
  ['verda', { rawName: 'B300 SXM6 262GB', memoryGib: 262 }, 'nvidia-b300-288gb-sxm'],
  ['verda', { rawName: 'RTX PRO 6000 96GB', memoryGib: 96 }, 'nvidia-rtx-pro-6000-96gb-pcie'],
  ['hyperstack', { rawName: 'A100-80G-PCIe' }, 'nvidia-a100-80gb-pcie'],
  ['hyperstack', { rawName: 'A100-80G-PCIe-NVLink' }, 'nvidia-a100-80gb-pcie'],
  ['hyperstack', { rawName: 'H100-80G-SXM5' }, 'nvidia-h100-80gb-sxm'],
  ['hyperstack', { rawName: 'H200-141G-SXM5' }, 'nvidia-h200-141gb-sxm'],
  ['hyperstack', { rawName: 'RTX-A6000' }, 'nvidia-rtx-a6000-48gb-pcie'],
  ['hyperstack', { rawName: 'RTX-A4000' }, 'nvidia-rtx-a4000-16gb-pcie'],
  ['hyperstack', { rawName: 'L40' }, 'nvidia-l40-48gb-pcie'],
  ['prime', { rawName: 'H100_80GB', formFactorHint: 'SXM5' }, 'nvidia-h100-80gb-sxm'],
  ['prime', { rawName: 'H100_80GB', formFactorHint: 'PCIe' }, 'nvidia-h100-80gb-pcie'],
  ['prime', { rawName: 'RTX4090_24GB', formFactorHint: 'PCIe' }, 'nvidia-rtx-4090-24gb-pcie'],
  ['prime', { rawName: 'RTX6000Ada_48GB' }, 'nvidia-rtx-6000-ada-48gb-pcie'],
  ['prime', { rawName: 'A6000_48GB' }, 'nvidia-rtx-a6000-48gb-pcie'],
  ['shadeform', { rawName: 'H100', memoryGib: 80, formFactorHint: 'sxm5' }, 'nvidia-h100-80gb-sxm'],
  ['shadeform', { rawName: 'A100_80G', memoryGib: 80, formFactorHint: 'pcie' }, 'nvidia-a100-80gb-pcie'],
  ['shadeform', { rawName: 'GH200', memoryGib: 96, formFactorHint: 'sxm' }, 'nvidia-gh200-96gb-sxm'],
  ['tensordock', { rawName: 'geforcertx4090-pcie-24gb' }, 'nvidia-rtx-4090-24gb-pcie'],
  ['tensordock', { rawName: 'h100-sxm5-80gb' }, 'nvidia-h100-80gb-sxm'],
  ['tensordock', { rawName: 'a100-pcie-80gb' }, 'nvidia-a100-80gb-pcie'],
  ['tensordock', { rawName: 'rtxa6000-pcie-48gb' }, 'nvidia-rtx-a6000-48gb-pcie'],
  ['tensordock', { rawName: 'rtx6000ada-pcie-48gb' }, 'nvidia-rtx-6000-ada-48gb-pcie'],
  ['digitalocean', { rawName: 'gpu-h100x8-640gb', memoryGib: 80 }, 'nvidia-h100-80gb-unknown'],
  ['digitalocean', { rawName: 'gpu-mi300x1-192gb', memoryGib: 192 }, 'amd-mi300x-192gb-oam'],
  ['digitalocean', { rawName: 'gpu-4000adax1-20gb', memoryGib: 20 }, 'nvidia-rtx-4000-ada-20gb-pcie'],
  ['vultr', { rawName: 'NVIDIA_A16', memoryGib: 16 }, 'nvidia-a16-16gb-pcie'],
  ['vultr', { rawName: 'NVIDIA_A40', memoryGib: 8 }, 'nvidia-a40-8gb-pcie'],
  ['vultr', { rawName: 'AMD_MI325X', memoryGib: 256 }, 'amd-mi325x-256gb-oam'],
  ['nvidia-smi', { rawName: 'NVIDIA GH200 480GB', memoryMib: 97_871 }, 'nvidia-gh200-96gb-unknown'],
  ['nvidia-smi', { rawName: 'NVIDIA GH200 144G HBM3e', memoryMib: 147_000 }, 'nvidia-gh200-144gb-unknown'],
  ['nvidia-smi', { rawName: 'NVIDIA H200', memoryMib: 143_771 }, 'nvidia-h200-141gb-unknown'],
  ['nvidia-smi', { rawName: 'NVIDIA B200', memoryMib: 183_359 }, 'nvidia-b200-180gb-sxm'],
  ['nvidia-smi', { rawName: 'NVIDIA B300 SXM6 AC', memoryMib: 275_040 }, 'nvidia-b300-288gb-sxm'],
  ['nvidia-smi', { rawName: 'NVIDIA L4', memoryMib: 23_034 }, 'nvidia-l4-24gb-pcie'],
  ['nvidia-smi', { rawName: 'NVIDIA A40', memoryMib: 46_068 }, 'nvidia-a40-48gb-pcie'],
  ['nobody yet', { rawName: 'NVIDIA Rubin R100 NVL 288GB' }, 'nvidia-rubin-r100-288gb-nvl'],
]

describe('gpu names', () => {
  it.each(NAMES)('%s: %o is %s', (_provider, raw, key) => {
    expect(normalizeGpu(raw)?.key).toBe(key)
  })

  it('keeps the provider’s own word', () => {
    expect(normalizeGpu({ rawName: 'geforcertx4090-pcie-24gb' })?.rawName).toBe('geforcertx4090-pcie-24gb')
  })

  it('says that it can not tell, instead of guessing the memory or the vendor', () => {
    expect(normalizeGpu({ rawName: 'A100 PCIE' })).toBeNull()
    expect(normalizeGpu({ rawName: 'NVIDIA Something New' })).toBeNull()
    expect(normalizeGpu({ rawName: 'unknown', memoryGib: 0 })).toBeNull()
    expect(normalizeGpu({ rawName: 'Gaudi 3', memoryGib: 128 })).toBeNull()
    expect(normalizeGpu({ rawName: 'Gaudi 3', memoryGib: 128, vendorHint: 'AMD' })?.vendor).toBe('amd')
  })

  it('never gives one key to two boards that are not the same', () => {
    const unlike = [
      ['NVIDIA H100 80GB HBM3', 'NVIDIA H100 PCIe', 'NVIDIA H100 NVL', 'NVIDIA H800'],
      ['RTX 4090', 'RTX 4090 D', 'RTX 4090 Laptop GPU', 'RTX 4080', 'RTX 4080 Super', 'RTX 5090'],
      [
        'RTX 6000 Ada Generation',
        'Quadro RTX 6000',
        'RTX A6000',
        'RTX PRO 6000 Server',
        'RTX PRO 6000 Max-Q',
      ],
      ['L4', 'L40', 'L40S', 'A2', 'A10', 'A10G', 'A16', 'A100', 'A100X', 'A40', 'A4000', 'T4'],
      ['MI250', 'MI250X', 'MI300X', 'MI325X', 'MI355X'],
    ]
    for (const names of unlike) {
      const keys = names.map((rawName) => normalizeGpu({ rawName, memoryGib: 80 })?.key)
      expect(new Set(keys).size).toBe(names.length)
      expect(keys).not.toContain(undefined)
    }
  })

  it('gives every board it names the same key when it meets that key’s own words again', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), ([, raw]) => {
        const gpu = normalizeGpu(raw)
        const again = normalizeGpu({
          rawName: gpu?.model ?? '',
          memoryGib: gpu?.memoryGib ?? 0,
          formFactorHint: gpu?.formFactor ?? null,
          vendorHint: gpu?.vendor ?? null,
        })
        expect(again?.key).toBe(gpu?.key)
      }),
    )
  })

  it('does not care for case, hyphens, underscores and trade marks', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...NAMES),
        fc.constantFrom(' ', '-', '_'),
        fc.boolean(),
        ([, raw, key], joint, upper) => {
          const written = raw.rawName.replace(/[ _-]/g, joint)
          expect(normalizeGpu({ ...raw, rawName: upper ? written.toUpperCase() : written })?.key).toBe(key)
        },
      ),
    )
  })

  it('snaps what a board shows to what it is sold as, within seven per cent and no further', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(16, 32),
        fc.double({ min: 0.931, max: 1.069, noNaN: true }),
        (nominal, share) => {
          expect(normalizeGpu({ rawName: 'V100', memoryGib: nominal * share })?.memoryGib).toBe(nominal)
        },
      ),
    )
    expect(normalizeGpu({ rawName: 'V100', memoryGib: 24 })?.memoryGib).toBe(24)
  })
})

describe('delivered board', () => {
  it('is the sold one when model and memory agree, whatever the driver says about its shape', () => {
    const sold = normalizeGpu({ rawName: 'H200', memoryGib: 141, formFactorHint: 'SXM' })
    const seen = normalizeGpu({ rawName: 'NVIDIA H200', memoryMib: 143_771 })
    expect(sold && seen && isSameBoard(sold, seen)).toBe(true)
  })

  it('is not the sold one when it is a lesser namesake', () => {
    const gpu = (rawName: string, memoryGib: number) => normalizeGpu({ rawName, memoryGib }) ?? CPU_ONLY
    expect(isSameBoard(gpu('RTX 4090', 24), gpu('RTX 4090 D', 24))).toBe(false)
    expect(isSameBoard(gpu('A100 SXM', 80), gpu('A100 SXM', 40))).toBe(false)
    expect(isSameBoard(gpu('B200', 180), gpu('H100', 80))).toBe(false)
    expect(isSameBoard(gpu('RTX PRO 6000', 96), gpu('RTX PRO 6000 Server', 96))).toBe(true)
    expect(isSameBoard(gpu('RTX PRO 6000 Server', 96), gpu('RTX PRO 6000 Max-Q', 96))).toBe(false)
  })
})
