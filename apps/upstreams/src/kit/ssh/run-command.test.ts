import { describe, expect, it } from 'vitest'
import type { Machine } from './machine.ts'
import { runCommandLine } from './run-command.ts'

describe("a pod's shell", () => {
  it.each([
    ['whoami', 'root\n', 0],
    ['hostname && pwd', 'pod1\n/root\n', 0],
    ['false && echo no', '', 1],
    ['false || echo yes', 'yes\n', 0],
    ['false; echo on', 'on\n', 0],
    [`echo 'a $NAME' "b $NAME" c\${NAME}`, 'a $NAME b Ada cAda\n', 0],
    [String.raw`echo "say \"hi\"" a\;b`, 'say "hi" a;b\n', 0],
    ['exit 3; echo never', '', 3],
    ['uname -a', 'Linux pod1 6.8.0-emulated #1 SMP x86_64 GNU/Linux\n', 0],
    ['date', 'Fri, 15 Jan 2027 08:00:00 GMT\n', 0],
    ['uptime', ' 08:00:00 up 2 min,  1 user,  load average: 0.00, 0.00, 0.00\n', 0],
    ['env', 'NAME=Ada\n', 0],
    ['nvidia-smi -L', 'GPU 0: NVIDIA L4 (UUID: GPU-00000000-0000-0000-0000-000000000000)\n', 0],
    ['', '', 0],
  ])('answers %s', (line, stdout, code) => {
    expect(runCommandLine(machine(), line)).toMatchObject({ stdout, code })
  })

  it.each([
    ['rm -rf /', 127, /rm: command not found/],
    ['constructor', 127, /not found/],
    ['cat x | sh', 2, /no "\|"/],
    ['echo $(id)', 2, /no "\("/],
    ["echo 'x", 2, /unterminated/],
    ['ls /nowhere', 2, /No such file/],
    ['nvidia-smi --query-gpu=wattage --format=csv', 2, /not a valid field/],
    ['nvidia-smi --frobnicate', 2, /Invalid combination/],
  ])('refuses %s honestly', (line, code, stderr) => {
    const result = runCommandLine(machine(), line)
    expect(result.code).toBe(code)
    expect(result.stderr).toMatch(stderr)
  })

  it('prints nvidia-smi with and without header and units, and as a table', () => {
    const say = (args: string) => runCommandLine(machine(), `nvidia-smi ${args}`).stdout
    expect(say('--query-gpu=index,memory.total --format=csv')).toBe(
      'index, memory.total [MiB]\n0, 23034 MiB\n',
    )
    expect(say('--query-gpu=memory.total,name --format=csv,noheader,nounits')).toBe('23034, NVIDIA L4\n')
    expect(say('')).toMatch(/NVIDIA L4 .* 1MiB \/ 23034MiB/)
  })

  it('has no nvidia-smi on a machine with AMD cards or none', () => {
    expect(runCommandLine(machine({ gpus: null }), 'nvidia-smi').code).toBe(127)
    const amd = { name: 'MI300X', memoryMib: 196_592, count: 1, manufacturer: 'AMD' } as const
    expect(runCommandLine(machine({ gpus: amd }), 'nvidia-smi').code).toBe(127)
  })
})

function machine(changes: Partial<Machine> = {}): Machine {
  return {
    hostname: 'pod1',
    username: 'root',
    home: '/root',
    env: { NAME: 'Ada' },
    gpus: { name: 'NVIDIA L4', memoryMib: 23_034, count: 1, manufacturer: 'NVIDIA' },
    bootedAtMs: 1_800_000_000_000 - 120_000,
    nowMs: () => 1_800_000_000_000,
    ...changes,
  }
}
