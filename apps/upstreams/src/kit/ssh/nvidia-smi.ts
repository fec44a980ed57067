import type { CommandResult } from './run-command.ts'
import type { MachineGpus } from './machine.ts'

const DRIVER_VERSION = '570.124.06'
const CUDA_VERSION = '12.8'

type Field = (gpus: MachineGpus, index: number) => { value: string; unit?: string }

const FIELDS: Record<string, Field> = {
  index: (_gpus, index) => ({ value: String(index) }),
  name: ({ name }) => ({ value: name }),
  gpu_name: ({ name }) => ({ value: name }),
  count: ({ count }) => ({ value: String(count) }),
  driver_version: () => ({ value: DRIVER_VERSION }),
  uuid: (_gpus, index) => ({ value: `GPU-00000000-0000-0000-0000-${String(index).padStart(12, '0')}` }),
  'memory.total': ({ memoryMib }) => ({ value: String(memoryMib), unit: 'MiB' }),
  'memory.used': () => ({ value: '1', unit: 'MiB' }),
  'memory.free': ({ memoryMib }) => ({ value: String(memoryMib - 1), unit: 'MiB' }),
  'utilization.gpu': () => ({ value: '0', unit: '%' }),
  'temperature.gpu': () => ({ value: '31' }),
}

/** Answers as the real tool does for its plain table, `-L` and `--query-gpu … --format=csv[,noheader][,nounits]`. */
export function nvidiaSmi(gpus: MachineGpus, args: readonly string[]): CommandResult {
  if (args.length === 0) return { stdout: table(gpus), stderr: '', code: 0 }
  if (args.length === 1 && args[0] === '-L') return { stdout: listing(gpus), stderr: '', code: 0 }
  const query = optionOf(args, '--query-gpu')
  const format = optionOf(args, '--format')?.split(',') ?? []
  if (query === undefined || format[0] !== 'csv') {
    return { stdout: '', stderr: `Invalid combination of input arguments: ${args.join(' ')}\n`, code: 2 }
  }
  return csv(gpus, query.split(','), format)
}

const optionOf = (args: readonly string[], name: string): string | undefined =>
  args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1)

function csv(gpus: MachineGpus, names: readonly string[], format: readonly string[]): CommandResult {
  const unknown = names.find((name) => FIELDS[name] === undefined)
  if (unknown !== undefined) {
    return { stdout: '', stderr: `Field "${unknown}" is not a valid field to query.\n`, code: 2 }
  }
  const withUnits = !format.includes('nounits')
  const rows = Array.from({ length: gpus.count }, (_, index) =>
    names.map((name) => {
      const cell = FIELDS[name]?.(gpus, index) ?? { value: '[N/A]' }
      return withUnits && cell.unit !== undefined ? `${cell.value} ${cell.unit}` : cell.value
    }),
  )
  if (!format.includes('noheader')) rows.unshift(names.map((name) => heading(gpus, name, withUnits)))
  return { stdout: rows.map((row) => `${row.join(', ')}\n`).join(''), stderr: '', code: 0 }
}

function heading(gpus: MachineGpus, name: string, withUnits: boolean): string {
  const unit = FIELDS[name]?.(gpus, 0).unit
  return withUnits && unit !== undefined ? `${name} [${unit}]` : name
}

const listing = (gpus: MachineGpus): string =>
  Array.from(
    { length: gpus.count },
    (_, index) => `GPU ${index}: ${gpus.name} (UUID: ${FIELDS['uuid']?.(gpus, index).value})\n`,
  ).join('')

function table(gpus: MachineGpus): string {
  const rule = `+${'-'.repeat(77)}+`
  const line = (text: string): string => `| ${text.padEnd(75)} |`
  const head = `NVIDIA-SMI ${DRIVER_VERSION}   Driver Version: ${DRIVER_VERSION}   CUDA Version: ${CUDA_VERSION}`
  const rows = Array.from({ length: gpus.count }, (_, index) =>
    line(`${String(index).padStart(3)}  ${gpus.name.padEnd(44)} 1MiB / ${gpus.memoryMib}MiB   0%`),
  )
  return [
    rule,
    line(head),
    rule,
    line('GPU  Name'.padEnd(49) + ' Memory-Usage   GPU-Util'),
    rule,
    ...rows,
    rule,
  ]
    .map((text) => `${text}\n`)
    .join('')
}
