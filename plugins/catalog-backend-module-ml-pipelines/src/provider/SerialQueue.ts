/** Runs jobs one after the other, in the order in which they came. */
export class SerialQueue {
  readonly #waiting = new Map<string, Promise<unknown>>();
  #tail: Promise<unknown> = Promise.resolve();

  add<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(job);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Like {@link SerialQueue.add}; joins a job of the same key that has not begun yet. */
  addOnce<T>(key: string, job: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(key) as Promise<T> | undefined;
    if (waiting) {
      return waiting;
    }
    const added = this.add(() => {
      this.#waiting.delete(key);
      return job();
    });
    this.#waiting.set(key, added);
    return added;
  }
}
