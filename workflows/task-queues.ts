/** One queue for the story of rentals, payments and accounts; activities that wait on providers have their own, so that a slow cloud never holds up the meter. */
export const TASK_QUEUES = { main: 'berth', providers: 'berth-providers', notices: 'berth-notices' } as const
