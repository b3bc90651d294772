/**
 * The body of an answer as text. What runs on a target is not trusted with the
 * portal's memory, so that reading ends at a limit.
 *
 * @throws Error when the body is longer
 */
export async function readText(
  response: Response,
  maxBytes: number,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new Error(`the answer is longer than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
