import { LAUNCH_TEMPLATES } from '@berth/contract/launch-templates'
import { newRentalSchema } from '@berth/contract/schemas/rentals'
import { describe, expect, it } from 'vitest'
import {
  envOf,
  envProblem,
  parseDotEnv,
  parsePorts,
  rowProblem,
  withRows,
  withTemplate,
} from './environment.ts'

const { jupyter, vllm } = LAUNCH_TEMPLATES

describe('the variables of a pod', () => {
  it('are those that were given a value', () => {
    expect(
      envOf([
        { name: ' A ', value: '1' },
        { name: 'HF_TOKEN', value: '' },
        { name: '', value: '' },
      ]),
    ).toEqual({
      A: '1',
    })
  })

  it('are complained of in the row where they are wrong', () => {
    const rows = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
      { name: 'PATH', value: 'x' },
      { name: 'B', value: 'a#b' },
    ]
    expect(rows.map((_, index) => rowProblem(rows, index, 'any'))).toEqual([
      null,
      'duplicate',
      'reserved',
      null,
    ])
    expect(rowProblem(rows, 3, 'lines')).toBe('no_line')
    expect(envProblem(rows, 'any')).toBe('duplicate')
    const many = Array.from({ length: 51 }, (_, i) => ({ name: `V${i}`, value: 'x' }))
    expect(envProblem(many, 'any')).toBe('too_many')
  })

  it('are read from a pasted .env file', () => {
    const text =
      '# mine\nexport HF_TOKEN="hf_1 #2"\r\nMODE = fast # now\n\nEMPTY=\nURL=http://a/?b=c\nno assignment'
    expect(parseDotEnv(text)).toEqual([
      { name: 'HF_TOKEN', value: 'hf_1 #2' },
      { name: 'MODE', value: 'fast' },
      { name: 'EMPTY', value: '' },
      { name: 'URL', value: 'http://a/?b=c' },
    ])
    expect(
      withRows(
        [
          { name: '', value: '' },
          { name: 'MODE', value: 'slow' },
        ],
        [{ name: 'MODE', value: 'fast' }],
      ),
    ).toEqual([{ name: 'MODE', value: 'fast' }])
  })
})

describe('the ports of a pod', () => {
  it('are numbers between commas or blanks', () => {
    expect(parsePorts('')).toEqual([])
    expect(parsePorts('8888, 8000 8888')).toEqual([8888, 8000])
    for (const text of ['22', '0', '65536', '80-90', 'http', '1 2 3 4 5 6 7 8 9 10 11']) {
      expect(parsePorts(text)).toBeNull()
    }
  })
})

describe('a template', () => {
  it('has only what the contract accepts', () => {
    const { image, ports, env } = newRentalSchema.shape
    for (const template of Object.values(LAUNCH_TEMPLATES)) {
      const filled = Object.fromEntries(template.env.map(({ name, value }) => [name, value || 'x']))
      expect(image.safeParse(template.image).success).toBe(true)
      expect(ports.safeParse(template.ports).success).toBe(true)
      expect(env.safeParse(filled).success).toBe(true)
    }
  })

  it('gives way to the next one, and what was typed stays', () => {
    const first = withTemplate(
      { env: [{ name: 'MINE', value: '1' }], ports: '9000' },
      { from: null, to: jupyter },
    )
    expect(first).toEqual({
      env: [
        { name: 'JUPYTER_PASSWORD', value: '' },
        { name: 'MINE', value: '1' },
      ],
      ports: '8888, 9000',
    })
    const filled = { ...first, env: [{ name: 'JUPYTER_PASSWORD', value: 'typed' }, ...first.env.slice(1)] }
    expect(withTemplate(filled, { from: jupyter, to: vllm })).toEqual({
      env: [
        { name: 'HF_TOKEN', value: '' },
        { name: 'JUPYTER_PASSWORD', value: 'typed' },
        { name: 'MINE', value: '1' },
      ],
      ports: '8000, 9000',
    })
    expect(withTemplate(first, { from: jupyter, to: null }).ports).toBe('9000')
  })
})
