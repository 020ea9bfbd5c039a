/** The path of the control route, which no fault turns off. */
export const controlPath = '/sandbox/fault';
