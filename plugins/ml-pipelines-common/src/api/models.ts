import { z } from 'zod';
import type { RunProgress, RunState, RunTrigger } from './runs';

/**
 * Where a model version stands.
 *
 * - `champion`: scores what is answered and recorded
 * - `challenger`: scores the same events in the shadow, without effect
 * - `archived`: was a champion
 * - `rejected`: did not pass the gate, or was taken back
 *
 * @public
 */
export type ModelState = 'champion' | 'challenger' | 'archived' | 'rejected';

/** One condition of the gate between challenger and champion. @public */
export interface GateCheck {
  /** `anomaly-ratio`, `agreement`, `drift`, `latency`. */
  name: string;
  passed: boolean;
  value: number;
  bound: number;
  /** What was compared, in one English sentence. */
  text: string;
}

/** What the gate saw. @public */
export interface GateResult {
  at: string;
  passed: boolean;
  /** Events that both models scored. */
  events: number;
  checks: GateCheck[];
}

/** A trained model, and where it comes from. Times are ISO 8601 in UTC. @public */
export interface ModelVersion {
  version: string;
  state: ModelState;
  trainedAt: string;
  /** Training events. */
  events: number;
  /** Times of the first and the last training event, where known. */
  window?: { from: string; to: string };
  threshold: number;
  trigger: RunTrigger | 'start';
  /** The champion at the time of its training. */
  parent?: string;
  /** Run that trained it. */
  run?: string;
  revision?: number;
  /** Largest population-stability index when it was trained. */
  psi?: number;
  gate?: GateResult;
  promotedAt?: string;
  /** Entity reference of the person, or `gate`. */
  promotedBy?: string;
  retiredAt?: string;
  /** It was champion, and one can roll back to it. */
  restorable?: boolean;
  /** Why it is not champion any more, or never became it. */
  reason?: string;
}

/**
 * Population-stability index of one feature: sum over bins of
 * (actual − expected) · ln(actual / expected), on bins stored at training.
 * Below 0.1 nothing moved, above 0.25 much did.
 * Source: N. Siddiqi, Credit Risk Scorecards, 2006.
 *
 * @public
 */
export interface FeatureDrift {
  name: string;
  label: string;
  psi: number;
  /** Shares of the events, training against now. Bounds in the feature's unit; null: open. */
  bins: Array<{
    from: number | null;
    to: number | null;
    expected: number;
    actual: number;
  }>;
}

/** Data drift of recent events against the champion's training events. @public */
export interface DriftReport {
  at: string;
  /** Recent events that were compared. */
  events: number;
  /** Largest index over the features. */
  psi: number;
  /** From here on a retraining starts. */
  threshold: number;
  features: FeatureDrift[];
}

/** A training that the pipeline started by itself, as the runtime tells it. @public */
export interface RuntimeRun {
  id: string;
  trigger: RunTrigger;
  state: RunState;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  progress?: RunProgress;
  metrics: Record<string, number>;
  model?: string;
  failure?: { code: string; message: string; hint: string; node?: string };
}

/**
 * Sentences about the models of a pipeline; in brackets the values that they
 * mention. Times are ISO 8601.
 *
 * - `learning`: the first model is being learned (`events`, `required`)
 * - `standby`: a release that is not active yet
 * - `training`: a training is under way (`trigger`, `version`: the champion)
 * - `shadow-automatic`, `shadow-manual`: a challenger scores in the shadow (`version`, `events`, `required`)
 * - `passed`, `not-passed`: a challenger waits for a person (`version`)
 * - `failed`: the last training failed (`message`)
 * - `taken-back`, `rejected`: what became of the newest version (`version`, `reason`)
 * - `once`: the pipeline does not retrain by itself
 * - `due`: a training waits for new events (`events`: fewest)
 * - `drifted`, `drifted-quiet`: data drifted (`psi`, `threshold`, `at`)
 * - `at`, `at-or-drift`, `at-or-drift-now`, `on-drift`, `on-drift-now`, `never`:
 *   when the next training begins (`at`, `threshold`, `psi`)
 *
 * @public
 */
export const MODELS_EXPLANATION_CODES = [
  'learning',
  'standby',
  'training',
  'shadow-automatic',
  'shadow-manual',
  'passed',
  'not-passed',
  'failed',
  'taken-back',
  'rejected',
  'once',
  'due',
  'drifted',
  'drifted-quiet',
  'at',
  'at-or-drift',
  'at-or-drift-now',
  'on-drift',
  'on-drift-now',
  'never',
] as const;
/** @public */
export type ModelsExplanationCode = (typeof MODELS_EXPLANATION_CODES)[number];

/** One sentence of an explanation. @public */
export interface ModelsSentence {
  /** A {@link ModelsExplanationCode}, or one that this version does not know. */
  code: string;
  params: Record<string, string | number>;
}

/** Answer of `GET /pipelines/:name/models`, and of the runtime's `GET /models`. @public */
export interface ModelsView {
  /** Whether the pipeline retrains by itself. */
  continuous: boolean;
  /** Absent while it learns. */
  champion?: string;
  challenger?: string;
  /** Newest first. */
  versions: ModelVersion[];
  drift?: DriftReport;
  /** How far the challenger is with its shadow events. */
  shadow?: { events: number; required: number };
  /** A training that is under way. */
  training?: RuntimeRun;
  /** Latest trainings, newest first; at most 50. */
  runs: RuntimeRun[];
  /** When a training is due at the latest; absent without an interval. */
  nextTrainingAt?: string;
  /** What happens next, or why nothing does, in a sentence or two. */
  explanation: string;
  /** Its sentences, to be told in other languages. */
  explained?: ModelsSentence[];
}

/** Body of `POST /pipelines/:name/models/rollback`. @public */
export const rollbackModelRequestSchema = z.strictObject({
  /** The champion before this one when absent. */
  version: z.string().max(20).optional(),
  reason: z.string().max(500).optional(),
});
/** @public */
export type RollbackModelRequest = z.input<typeof rollbackModelRequestSchema>;
