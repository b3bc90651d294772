import { readText } from './readText';

it('reads text up to a limit, and not a byte further than it must', async () => {
  expect(await readText(new Response('é'), 2)).toBe('é');
  expect(await readText(new Response(null), 2)).toBe('');

  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1;
      controller.enqueue(new Uint8Array(1000));
    },
  });
  await expect(readText(new Response(endless), 5_000)).rejects.toThrow(
    'longer than 5000 bytes',
  );
  expect(sent).toBeLessThan(20);
});
