import type {
  Alert,
  AlertEvent,
  AlertList,
  AlertSeverity,
  Anomaly,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { PipelineFilter } from '../permissions/PipelineResource';

/** An alert with what the platform keeps for itself. */
export interface StoredAlert extends Alert {
  acknowledgeComment?: string;
  /** How often it fired again soon after it was resolved. */
  flaps: number;
  /** When somebody has to be told next; never when absent. */
  notifyAt?: string;
  /** What was told last. */
  toldState?: 'firing' | 'resolved';
  /** Anomalies around the time at which it fired, newest first. */
  evidence: Anomaly[];
}

/** What can change of an alert; `null` clears, absent keeps. */
export interface AlertPatch {
  state?: Alert['state'];
  value?: number | null;
  summary?: string;
  threshold?: number;
  operator?: Alert['operator'];
  severity?: AlertSeverity;
  firedAt?: string;
  resolvedAt?: string | null;
  notifyAt?: string | null;
  flaps?: number;
  evidence?: Anomaly[];
}

/** Page of a list. */
export interface AlertQuery {
  pipeline?: string;
  state?: Alert['state'];
  severity?: AlertSeverity;
  offset: number;
  limit: number;
}

/** Alerts of all pipelines. At most one per rule is open (pending or firing). */
export interface AlertStore {
  /** Firing ones first, then pending ones, the most severe first; newest first among these. */
  list(query: AlertQuery, filter?: PipelineFilter): Promise<AlertList>;
  get(id: string): Promise<StoredAlert | undefined>;
  /** Pending and firing ones. */
  open(pipeline: string): Promise<StoredAlert[]>;
  /** The alert of a rule that was resolved last, not before `since`. */
  lastResolved(
    pipeline: string,
    rule: string,
    since: string,
  ): Promise<StoredAlert | undefined>;
  /** Adds an open alert; returns false when the rule already has one. */
  add(alert: Alert): Promise<boolean>;
  update(id: string, patch: AlertPatch): Promise<void>;
  /** Removes a pending alert; the resolved one of the same rule fires again. */
  reopen(pending: string, resolved: string, patch: AlertPatch): Promise<void>;
  /** Removes a pending alert whose condition ended before it fired. */
  remove(id: string): Promise<void>;

  /** Says who takes care of it; it is not repeated from then on. */
  acknowledge(
    id: string,
    acknowledgement: { at: string; by: string; comment?: string },
  ): Promise<void>;
  record(id: string, event: AlertEvent): Promise<void>;
  /** Oldest first. */
  events(id: string): Promise<AlertEvent[]>;

  /** Alerts of which somebody has to be told by now, of one pipeline or of all. */
  due(now: string, pipeline?: string): Promise<StoredAlert[]>;
  /**
   * Takes the next notification of an alert, so that no other backend sends
   * it, and says when the one after that is due.
   *
   * @returns false when it was taken already
   */
  claim(
    alert: StoredAlert,
    next: { notifyAt: string | null; heldBy?: string },
  ): Promise<boolean>;
  /** Notes that people were told of its present state. */
  told(id: string, state: 'firing' | 'resolved', at: string): Promise<void>;
  /** Makes what a silence kept back due at once. */
  release(silence: string, now: string): Promise<void>;

  /** Resolves what fires of a pipeline, and forgets what was pending. */
  endAll(pipeline: string, now: string, reason: string): Promise<void>;
  /**
   * Resolves what is open of pipelines that nothing runs of any more, forgets
   * pipelines that are deleted, and what was resolved before `keepFrom`.
   */
  cleanUp(now: string, keepFrom: string): Promise<void>;
}
