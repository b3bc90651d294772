interface Sample {
  cpuSeconds: number;
  atMs: number;
}

/**
 * CPU use in percent of one core, from the CPU time of two observations of the
 * same process; at the first one the mean since its start.
 */
export class CpuMeter {
  readonly #samples = new Map<string, Sample & { percent?: number }>();

  /** @param process - Identifies the process; a new one starts from its own start. */
  percent(
    process: string,
    cpuSeconds: number,
    startedAt: string | null,
    atMs = Date.now(),
  ): number | undefined {
    const last = this.#samples.get(process);
    const since: Sample | undefined =
      last ??
      (startedAt ? { cpuSeconds: 0, atMs: Date.parse(startedAt) } : undefined);
    const elapsed = since ? (atMs - since.atMs) / 1000 : 0;
    // Too close to the last one to say more than that did.
    if (!since || elapsed < 0.5) {
      return last?.percent;
    }
    const used = Math.max(0, cpuSeconds - since.cpuSeconds);
    const percent = Math.round((used / elapsed) * 1000) / 10;
    this.#samples.set(process, { cpuSeconds, atMs, percent });
    return percent;
  }

  /** Forgets every process but those given. */
  keep(processes: ReadonlySet<string>): void {
    for (const process of this.#samples.keys()) {
      if (!processes.has(process)) {
        this.#samples.delete(process);
      }
    }
  }
}
