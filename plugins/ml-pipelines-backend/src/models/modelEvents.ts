import type {
  ModelsView,
  ModelVersion,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { ContinuousLearning } from './learningOf';

/** What somebody should know about a version. */
export interface ModelEvent {
  type: 'waiting' | 'rejected' | 'rolled-back';
  version: ModelVersion;
  /** ISO 8601. */
  at: string;
}

/** Was champion, and was taken back. */
export function wasTakenBack(version: ModelVersion): boolean {
  return (
    version.state === 'rejected' &&
    version.promotedAt !== undefined &&
    version.retiredAt !== undefined
  );
}

/** What happened to the versions, oldest first. */
export function modelEvents(
  view: ModelsView,
  { promotion }: Pick<ContinuousLearning, 'promotion'>,
): ModelEvent[] {
  const rollbacks = new Set(
    view.versions.filter(wasTakenBack).map(({ retiredAt }) => retiredAt),
  );
  return view.versions
    .flatMap((version): ModelEvent[] => {
      const { gate, retiredAt } = version;
      if (version.state === 'challenger') {
        return promotion === 'manual' && gate?.passed
          ? [{ type: 'waiting', version, at: gate.at }]
          : [];
      }
      if (version.state !== 'rejected' || retiredAt === undefined) {
        return [];
      }
      if (wasTakenBack(version)) {
        return [{ type: 'rolled-back', version, at: retiredAt }];
      }
      // A roll-back takes the challenger with it; one message is enough.
      return rollbacks.has(retiredAt)
        ? []
        : [{ type: 'rejected', version, at: retiredAt }];
    })
    .sort((one, other) => one.at.localeCompare(other.at));
}
