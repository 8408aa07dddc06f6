/** The window of accounts in which calls in flight are set aside: none of them is ever used up. */
export const slotWindow = 'in flight';
