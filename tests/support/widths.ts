export const DESKTOP = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

/** The two widths at which a page must do its job, for `describe.each`. */
export const WIDTHS = [
  ['a desktop', DESKTOP],
  ['a phone', PHONE],
] as const
