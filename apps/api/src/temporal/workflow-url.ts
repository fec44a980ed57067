import { rentalWorkflowId, rentalWorkflowType } from '@berth/workflows/rental/messages'

/** Temporal Web and our namespace in it. */
export interface TemporalUi {
  url: string
  namespace: string
}

/** The page of a rental's workflow, for operators; null where no Temporal Web is set up. */
export const workflowUrl = (ui: TemporalUi | null, rentalId: string): string | null =>
  ui && `${workflowsUrl(ui)}/${encodeURIComponent(rentalWorkflowId(rentalId))}`

/** Narrows a list of rentals' workflows: the search attribute has any of these values. */
export type WorkflowFilter = readonly [
  attribute: 'ExecutionStatus' | 'RentalHealth' | 'RentalPhase' | 'Provider' | 'RentalUser',
  values: readonly string[],
]

/** The list of rentals' workflows in Temporal Web by their search attributes. */
export function workflowListUrl(ui: TemporalUi, filters: readonly WorkflowFilter[]): string {
  const conditions = filters.map(([attribute, values]) => oneOf(attribute, values))
  const query = [oneOf('WorkflowType', [rentalWorkflowType]), ...conditions].join(' AND ')
  return `${workflowsUrl(ui)}?query=${encodeURIComponent(query)}`
}

const workflowsUrl = ({ url, namespace }: TemporalUi): string =>
  `${url}/namespaces/${encodeURIComponent(namespace)}/workflows`

function oneOf(attribute: string, values: readonly string[]): string {
  const quoted = values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`)
  return quoted.length === 1 ? `${attribute} = ${quoted[0]}` : `${attribute} IN (${quoted.join(', ')})`
}
