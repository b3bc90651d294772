import type { Alert, AlertList } from '@mlpipe/plugin-ml-pipelines-common';

/** Alerts of all pipelines. At most one per rule is open (pending or firing). */
export interface AlertStore {
  /** Newest first. */
  list(
    pipeline: string,
    page: { offset: number; limit: number },
  ): Promise<AlertList>;
  /** Pending and firing ones. */
  open(pipeline: string): Promise<Alert[]>;
  /** Adds an open alert; returns false when the rule already has one. */
  add(alert: Alert): Promise<boolean>;
  update(
    id: string,
    patch: Partial<
      Pick<Alert, 'state' | 'value' | 'firedAt' | 'resolvedAt' | 'summary'>
    >,
  ): Promise<void>;
  /** Removes a pending alert whose condition ended before it fired. */
  remove(id: string): Promise<void>;
  /**
   * Resolves what is open of pipelines that nothing runs of any more, and
   * forgets pipelines that are deleted.
   */
  cleanUp(now: string): Promise<void>;
}
