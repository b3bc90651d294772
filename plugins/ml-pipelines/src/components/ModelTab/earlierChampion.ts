import type { ModelsView } from '@mlpipe/plugin-ml-pipelines-common';

/** The version that a roll-back would bring back; undefined where there is none. */
export function earlierChampion(view: ModelsView): string | undefined {
  return view.versions
    .filter(({ restorable }) => restorable)
    .sort((one, other) =>
      (other.retiredAt ?? '').localeCompare(one.retiredAt ?? ''),
    )[0]?.version;
}
