/** Whether keys are written in the way of a Mac. */
export const isMac = (): boolean => /mac/i.test(navigator.userAgent);
