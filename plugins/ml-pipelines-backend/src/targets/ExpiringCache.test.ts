import { ExpiringCache } from './ExpiringCache';

describe('ExpiringCache', () => {
  const never = () => new Promise<string>(() => {});

  it('asks once for many at the same time, and again when the answer is old', async () => {
    const cache = new ExpiringCache<number>({ ttlMs: 1000, timeoutMs: 1000 });
    let asked = 0;
    const ask = async () => ++asked;
    const now = jest.spyOn(Date, 'now').mockReturnValue(0);
    expect(await Promise.all([1, 2, 3].map(() => cache.get('a', ask)))).toEqual(
      [1, 1, 1],
    );
    now.mockReturnValue(999);
    expect(await cache.get('a', ask)).toBe(1);
    now.mockReturnValue(1000);
    expect(await cache.get('a', ask)).toBe(2);
    cache.forget('a');
    expect(await cache.get('a', ask)).toBe(3);
    now.mockRestore();
  });

  it('does not wait for what is dead', async () => {
    const cache = new ExpiringCache<string>({ ttlMs: 0, timeoutMs: 5 });
    await expect(cache.get('dead', never)).rejects.toThrow('No answer within');
    expect(await cache.get('slow', async () => 'before')).toBe('before');
    expect(await cache.get('slow', never)).toBe('before');

    const strict = new ExpiringCache<string>({
      ttlMs: 0,
      timeoutMs: 5,
      maxAgeMs: -1,
    });
    await strict.get('slow', async () => 'before');
    await expect(strict.get('slow', never)).rejects.toThrow('No answer within');
  });

  it('asks anew what was never answered', async () => {
    const cache = new ExpiringCache<string>({ ttlMs: 1000, timeoutMs: 5 });
    const now = jest.spyOn(Date, 'now').mockReturnValue(0);
    await expect(cache.get('a', never)).rejects.toThrow();
    await expect(cache.get('a', async () => 'well')).rejects.toThrow();
    now.mockReturnValue(51);
    expect(await cache.get('a', async () => 'well')).toBe('well');
    now.mockRestore();
  });

  it('asks again after a failure', async () => {
    const cache = new ExpiringCache<string>({ ttlMs: 1000, timeoutMs: 1000 });
    await expect(
      cache.get('a', async () => {
        throw new Error('refused');
      }),
    ).rejects.toThrow('refused');
    expect(await cache.get('a', async () => 'well')).toBe('well');
  });
});
