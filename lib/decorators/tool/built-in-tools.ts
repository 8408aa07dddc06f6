/** Of the tool that asks the person who started the run. */
export const askUserName = 'askUser';
