import {
  createBuiltinCatalogue,
  MlPipelinesApi,
  nodeTypeFromEntry,
} from '@mlpipe/plugin-ml-pipelines-common';

/**
 * Node types that forms and graphs know: the built-in ones, and those of
 * modules once {@link loadCatalogue} has asked the backend. Components use
 * `useCatalogue`, which does so.
 */
export const catalogue = createBuiltinCatalogue();

type State = 'waiting' | 'loaded' | 'failed';
let state: State = 'waiting';
let loading: Promise<void> | undefined;
const listeners = new Set<() => void>();

function become(next: State) {
  state = next;
  listeners.forEach(listener => listener());
}

/** How far {@link loadCatalogue} has come, for `useSyncExternalStore`. */
export const catalogueState = {
  get: (): State => state,
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
};

/**
 * Adds the node types of modules. Asks the backend once, and again only after
 * a failure; until then forms work with the built-in types.
 */
export function loadCatalogue(
  api: Pick<MlPipelinesApi, 'listNodeTypes'>,
): Promise<void> {
  loading ??= (async () => {
    try {
      const { items } = await api.listNodeTypes();
      for (const entry of items) {
        if (!catalogue.get(entry.id)) {
          try {
            catalogue.add(nodeTypeFromEntry(entry));
          } catch {
            // A schema that forms cannot draw: the type stays usable in YAML.
          }
        }
      }
      become('loaded');
    } catch {
      loading = undefined;
      become('failed');
    }
  })();
  return loading;
}
