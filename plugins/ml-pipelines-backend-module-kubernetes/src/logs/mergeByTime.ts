/** Merges sequences that are each in order; needs the next item of every one. */
export async function* mergeByTime<T>(
  sources: Array<AsyncGenerator<T>>,
  compare: (a: T, b: T) => number,
): AsyncGenerator<T> {
  const heads = await Promise.all(
    sources.map(async source => ({ source, next: await source.next() })),
  );
  try {
    for (;;) {
      const open = heads.filter(({ next }) => !next.done);
      if (open.length === 0) {
        return;
      }
      const first = open.reduce((a, b) =>
        compare(b.next.value, a.next.value) < 0 ? b : a,
      );
      yield first.next.value;
      first.next = await first.source.next();
    }
  } finally {
    await Promise.all(sources.map(source => source.return(undefined)));
  }
}
