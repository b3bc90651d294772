import { useCallback } from 'react';
import { useSearchParams } from 'react-router-dom';

/** Whose log is shown, kept in the address (`?replica=NAME&previous=true`). */
export function useLogSelection() {
  const [params, setParams] = useSearchParams();
  const replica = params.get('replica') || undefined;
  const choose = useCallback(
    (next: { replica?: string; previous?: boolean }) =>
      setParams(
        old => {
          const search = new URLSearchParams(old);
          search.delete('replica');
          search.delete('previous');
          if (next.replica) {
            search.set('replica', next.replica);
          }
          if (next.replica && next.previous) {
            search.set('previous', 'true');
          }
          return search;
        },
        { replace: true },
      ),
    [setParams],
  );
  return {
    replica,
    previous: replica !== undefined && params.get('previous') === 'true',
    choose,
  };
}
