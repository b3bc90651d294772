import type { Draft, DraftRequest } from '@mlpipe/plugin-ml-pipelines-common';

/** A draft as it is stored; its problems depend on the day. */
export type StoredDraft = Omit<Draft, 'problems'>;

/** Drafts belong to who made them; for everyone else they do not exist. */
export interface DraftStore {
  /** The newest first, at most 100. */
  list(createdBy: string): Promise<StoredDraft[]>;
  get(id: string, createdBy: string): Promise<StoredDraft | undefined>;
  create(draft: DraftRequest, createdBy: string): Promise<StoredDraft>;
  /** @returns undefined when there is none */
  update(
    id: string,
    draft: DraftRequest,
    createdBy: string,
  ): Promise<StoredDraft | undefined>;
  /** Removes what nobody has changed since (ISO 8601). @returns how many */
  deleteUnchangedSince(time: string): Promise<number>;
  /** @returns false when there was none */
  delete(id: string, createdBy: string): Promise<boolean>;
}
