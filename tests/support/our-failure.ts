/**
 * What a request is answered when we fail at it. What nobody answered a page asks for again by itself; of this it waits for a
 * person to try again.
 */
export const OUR_FAILURE = {
  status: 500,
  json: { code: 'internal', title: 'Error', status: 500, detail: 'Ours.', requestId: 'req_1' },
}
