import { rentalWorkflowId } from '@berth/workflows/rental/messages'

/** Temporal Web and our namespace in it. */
export interface TemporalUi {
  url: string
  namespace: string
}

/** The page of a rental's workflow, for operators; null where no Temporal Web is set up. */
export function workflowUrl(ui: TemporalUi | null, rentalId: string): string | null {
  if (!ui) return null
  const id = rentalWorkflowId(rentalId)
  return `${ui.url}/namespaces/${encodeURIComponent(ui.namespace)}/workflows/${encodeURIComponent(id)}`
}
