/** Far more than an object may have (1.5 MiB in etcd, escaped). */
const MAX_LINE = 16 * 1024 * 1024;

/**
 * Lines of JSON as they arrive.
 *
 * @throws Error for a line that is no JSON or far too long
 */
export async function* readJsonLines<T>(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<T> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    rest += decoder.decode(chunk, { stream: true });
    let begin = 0;
    for (
      let end = rest.indexOf('\n');
      end >= 0;
      end = rest.indexOf('\n', begin)
    ) {
      if (end > begin) {
        yield JSON.parse(rest.slice(begin, end)) as T;
      }
      begin = end + 1;
    }
    rest = rest.slice(begin);
    if (rest.length > MAX_LINE) {
      throw new Error('The API server sent a line without an end');
    }
  }
}
