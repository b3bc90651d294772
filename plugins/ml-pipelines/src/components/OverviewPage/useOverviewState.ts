import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import {
  listPipelinesQuerySchema,
  ListPipelinesQuery,
  PIPELINE_SORT_FIELDS,
} from '@mlpipe/plugin-ml-pipelines-common';

export const PAGE_SIZES = [10, 25, 50, 100];

/** What the overview shows; lives in the URL, so that it can be shared. */
export interface OverviewState {
  search: string;
  status: string[];
  owner: string[];
  target: string[];
  system: string[];
  sort: (typeof PIPELINE_SORT_FIELDS)[number];
  order: 'asc' | 'desc';
  offset: number;
  limit: number;
}

const list = (value: string | null) => (value ? value.split(',') : []);

/** Reads the state from the URL; whatever is wrong there is ignored. */
export function parseOverviewState(params: URLSearchParams): OverviewState {
  const raw = {
    search: params.get('search') ?? '',
    status: list(params.get('status')),
    owner: list(params.get('owner')),
    target: list(params.get('target')),
    system: list(params.get('system')),
    sort: params.get('sort') ?? 'name',
    order: params.get('order') ?? 'asc',
    offset: params.get('offset') ?? '0',
    limit: params.get('limit') ?? '25',
  };
  const parsed = listPipelinesQuerySchema.safeParse(raw);
  const values = parsed.success
    ? parsed.data
    : listPipelinesQuerySchema.parse({ search: raw.search.slice(0, 200) });
  return {
    search: values.search ?? '',
    status: values.status ?? [],
    owner: values.owner ?? [],
    target: values.target ?? [],
    system: values.system ?? [],
    sort: values.sort,
    order: values.order,
    offset: values.offset,
    limit: values.limit,
  };
}

/** State of the overview and how to change it; every change but of the page starts at the first page. */
export function useOverviewState() {
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => parseOverviewState(params), [params]);
  const update = useCallback(
    (change: Partial<OverviewState>) => {
      setParams(
        old => {
          const next = new URLSearchParams(old);
          const merged = { offset: 0, ...change };
          for (const [key, value] of Object.entries(merged)) {
            const text = Array.isArray(value) ? value.join(',') : String(value);
            const isDefault =
              text === '' ||
              (key === 'offset' && text === '0') ||
              (key === 'limit' && text === '25');
            if (isDefault) {
              next.delete(key);
            } else {
              next.set(key, text);
            }
          }
          return next;
        },
        { replace: true },
      );
    },
    [setParams],
  );
  const query: ListPipelinesQuery = useMemo(
    () => listPipelinesQuerySchema.parse({ ...state }),
    [state],
  );
  return { state, query, update };
}
