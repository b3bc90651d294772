import { act, renderHook, waitFor } from '@testing-library/react';
import { useQuery } from './useQuery';

describe('useQuery', () => {
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('keeps the last value and says why the refresh failed', async () => {
    const load = jest
      .fn()
      .mockResolvedValueOnce('first')
      .mockRejectedValueOnce(new Error('no network'))
      .mockResolvedValueOnce('second');
    const { result } = renderHook(() => useQuery('key', load));
    expect(result.current.loading).toBe(true);
    await waitFor(() => expect(result.current.value).toBe('first'));

    act(() => result.current.refresh());
    await waitFor(() =>
      expect(result.current.error?.message).toBe('no network'),
    );
    expect(result.current.value).toBe('first');

    act(() => result.current.refresh());
    await waitFor(() => expect(result.current.value).toBe('second'));
    expect(result.current.error).toBeUndefined();
  });

  it('forgets the value of another key, and its late answer', async () => {
    const answers = new Map<string, (value: string) => void>();
    const { result, rerender } = renderHook(
      ({ id }) =>
        useQuery(
          id,
          () => new Promise<string>(resolve => answers.set(id, resolve)),
        ),
      { initialProps: { id: 'a' } },
    );
    await waitFor(() => expect(answers.has('a')).toBe(true));
    rerender({ id: 'b' });
    await waitFor(() => expect(answers.has('b')).toBe(true));
    await act(async () => answers.get('b')?.('value of b'));
    await act(async () => answers.get('a')?.('value of a'));
    expect(result.current.value).toBe('value of b');
  });

  it('rests while the tab is hidden, and catches up when it is shown', async () => {
    jest.useFakeTimers();
    const hidden = jest.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    const load = jest.fn(async () => 'value');
    renderHook(() => useQuery('key', load, { pollMs: () => 1_000 }));
    await act(() => jest.advanceTimersByTimeAsync(10_000));
    expect(load).toHaveBeenCalledTimes(1);

    hidden.mockReturnValue(false);
    await act(async () => {
      document.dispatchEvent(new Event('visibilitychange'));
    });
    expect(load).toHaveBeenCalledTimes(2);
    await act(() => jest.advanceTimersByTimeAsync(1_000));
    expect(load).toHaveBeenCalledTimes(3);
  });
});
