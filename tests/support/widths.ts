export const DESKTOP = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

/** What else is true of a phone's browser; for what looks different to a finger. */
export const TOUCH = { hasTouch: true, isMobile: true }

/** The two widths at which a page must do its job, for `describe.each`. */
export const WIDTHS = [
  ['a desktop', DESKTOP],
  ['a phone', PHONE],
] as const
