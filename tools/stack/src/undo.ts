/** What takes back a start, step by step. */
export interface Undo {
  push(step: () => Promise<unknown>): void;
  /**
   * Takes every step, the last one first, once.
   *
   * @throws Error of the first step that failed; the others were taken all the same.
   */
  all(): Promise<void>;
}

export function createUndo(): Undo {
  const steps: (() => Promise<unknown>)[] = [];
  return {
    push: (step) => void steps.push(step),
    async all() {
      const errors: unknown[] = [];
      for (const step of steps.splice(0).reverse()) {
        try {
          await step();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}
