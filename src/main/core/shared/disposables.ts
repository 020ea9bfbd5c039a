/** Something that must be closed. */
export type Dispose = () => void | Promise<void>;

/** Owns resources and closes them in reverse order. Whoever opens something adds its closing on the same line. */
export interface Disposables {
  add(dispose: Dispose): void;
  /** Closes everything once; a failing close does not keep the others open, the first failure is thrown at the end. */
  dispose(): Promise<void>;
}

export const createDisposables = (): Disposables => {
  const stack: Dispose[] = [];
  return {
    add: (dispose) => {
      stack.push(dispose);
    },
    dispose: async () => {
      const failures: unknown[] = [];
      for (let close = stack.pop(); close !== undefined; close = stack.pop()) {
        try {
          await close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
};
