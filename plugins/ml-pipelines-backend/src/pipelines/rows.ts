import type {
  DeploymentState,
  PipelineDetail,
  Lifecycle,
  PipelineDocument,
  RevisionOrigin,
  PipelineStatus,
  PipelineSummary,
  Revision,
} from '@mlpipe/plugin-ml-pipelines-common';

/** A row of `pipelines`. */
export interface PipelineRow {
  name: string;
  title: string;
  title_key: string;
  description: string | null;
  owner: string;
  system: string | null;
  tags: string;
  target: string;
  lifecycle: Lifecycle | null;
  mode: PipelineDetail['mode'];
  data_sources: string;
  search_text: string;
  revision: number;
  digest: string;
  status: PipelineStatus;
  status_rank: number;
  status_reason: string | null;
  deployed_revision: number | null;
  deployed_target: string | null;
  endpoint: string | null;
  requests_per_second: number | null;
  latency_p95_ms: number | null;
  error_rate_percent: number | null;
  firing_alerts: number;
  last_deployment_id: string | null;
  last_deployment_state: DeploymentState | null;
  last_deployment_at: string | null;
  created_at: string;
  updated_at: string;
}

/** A row of `pipeline_revisions`. */
export interface RevisionRow {
  pipeline: string;
  revision: number;
  document: string;
  digest: string;
  comment: string | null;
  origin: string | null;
  created_by: string;
  created_at: string;
}

export function toSummary(row: PipelineRow): PipelineSummary {
  return {
    name: row.name,
    title: row.title,
    description: row.description ?? undefined,
    owner: row.owner,
    system: row.system ?? undefined,
    lifecycle: row.lifecycle ?? undefined,
    tags: JSON.parse(row.tags) as string[],
    target: row.target,
    status: row.status,
    statusReason: row.status_reason ?? undefined,
    revision: row.revision,
    deployedRevision: row.deployed_revision ?? undefined,
    deployedTarget: row.deployed_target ?? undefined,
    requestsPerSecond: row.requests_per_second ?? undefined,
    latencyP95Ms: row.latency_p95_ms ?? undefined,
    errorRatePercent: row.error_rate_percent ?? undefined,
    firingAlerts: row.firing_alerts,
    lastDeployment:
      row.last_deployment_id && row.last_deployment_state
        ? {
            id: row.last_deployment_id,
            state: row.last_deployment_state,
            at: row.last_deployment_at ?? row.updated_at,
          }
        : undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** @param document - of the newest revision, as stored */
export function toDetail(row: PipelineRow, document: string): PipelineDetail {
  return {
    ...toSummary(row),
    document: JSON.parse(document) as PipelineDocument,
    endpoint: row.endpoint ?? undefined,
    mode: row.mode,
    dataSources: JSON.parse(row.data_sources) as string[],
  };
}

export function toRevision(row: RevisionRow): Revision {
  return {
    pipeline: row.pipeline,
    revision: row.revision,
    document: JSON.parse(row.document) as PipelineDocument,
    digest: row.digest,
    comment: row.comment ?? undefined,
    origin: row.origin ? (JSON.parse(row.origin) as RevisionOrigin) : undefined,
    createdBy: row.created_by,
    createdAt: row.created_at,
  };
}

/** What the overview shows of a document, as columns. */
export function documentColumns(
  document: PipelineDocument,
): Pick<
  PipelineRow,
  | 'title'
  | 'title_key'
  | 'description'
  | 'owner'
  | 'system'
  | 'tags'
  | 'target'
  | 'lifecycle'
  | 'search_text'
> {
  const { metadata, spec } = document;
  const title = metadata.title ?? metadata.name;
  const owner = metadata.owner.toLowerCase();
  return {
    title,
    title_key: title.toLowerCase(),
    description: metadata.description ?? null,
    owner,
    system: metadata.system?.toLowerCase() ?? null,
    tags: JSON.stringify(metadata.tags),
    target: spec.target,
    lifecycle: metadata.lifecycle ?? null,
    search_text: [metadata.name, title, metadata.description, owner]
      .filter(Boolean)
      .join('\n')
      .toLowerCase(),
  };
}
