/** The GPUs a machine shows to whoever looks, which may differ from what was sold. */
export interface MachineGpus {
  readonly name: string
  readonly memoryMib: number
  readonly count: number
  readonly manufacturer: 'NVIDIA' | 'AMD'
}

/** The inside of an emulated pod, as far as its few commands can see it. */
export interface Machine {
  readonly hostname: string
  readonly username: string
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  readonly gpus: MachineGpus | null
  readonly bootedAtMs: number
  nowMs(): number
}
