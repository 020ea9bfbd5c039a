/** What the gateway remembers of the prompts that came through it. */
export interface OwnPrompts {
  add(promptId: string): void;
  has(promptId: string): boolean;
  /** A client was told that the prompt is taken, so that it waits for its end. */
  take(promptId: string): void;
  isTaken(promptId: string): boolean;
  /** Keeps a prompt out of the history that clients see: it was refused, or a client deleted its entry. */
  hide(promptId: string): void;
  isHidden(promptId: string): boolean;
  /** The studio has forgotten it. */
  forget(promptId: string): void;
}

export const createOwnPrompts = (): OwnPrompts => {
  const own = new Set<string>();
  const taken = new Set<string>();
  const hidden = new Set<string>();
  return {
    add: (promptId) => own.add(promptId),
    has: (promptId) => own.has(promptId),
    take: (promptId) => taken.add(promptId),
    isTaken: (promptId) => taken.has(promptId),
    hide: (promptId) => hidden.add(promptId),
    isHidden: (promptId) => hidden.has(promptId),
    forget: (promptId) => {
      for (const ids of [own, taken, hidden]) ids.delete(promptId);
    },
  };
};
