/** Waits for a time, or until somebody wakes it. */
export class Waker {
  private resolve: () => void = () => {};

  wake(): void {
    this.resolve();
  }

  async wait(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>(resolve => {
      this.resolve = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  }
}
