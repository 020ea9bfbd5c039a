const dismissedKey = 'atelier-welcome-dismissed';

/** Whether this window was told once not to welcome any more. A browser that keeps nothing is asked again. */
export const isWelcomeDismissed = (storage: Pick<Storage, 'getItem'>): boolean => {
  try {
    return storage.getItem(dismissedKey) !== null;
  } catch (error) {
    // A browser may forbid storage altogether; then nobody is led anywhere by itself.
    if (error instanceof DOMException) return true;
    throw error;
  }
};

export const dismissWelcome = (storage: Pick<Storage, 'setItem'>): void => {
  try {
    storage.setItem(dismissedKey, 'yes');
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
};
