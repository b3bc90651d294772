import type { PermissionCriteria } from '@backstage/plugin-permission-common';

/** What permission rules see of a pipeline. @public */
export interface PipelineResource {
  name: string;
  /** Full entity reference, lower case. */
  owner: string;
  /** Target of the newest revision. */
  target: string;
}

/** What a permission rule asks of the pipelines of a list: one column, allowed values. @public */
export interface PipelineCondition {
  key: 'name' | 'owner' | 'target';
  values: string[];
}

/** Restricts a list to what the caller may see. */
export type PipelineFilter = PermissionCriteria<PipelineCondition>;
