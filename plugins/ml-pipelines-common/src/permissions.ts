import { createPermission } from '@backstage/plugin-permission-common';

/** Resource type of pipelines, for conditional decisions. @public */
export const RESOURCE_TYPE_PIPELINE = 'ml-pipeline';

const pipeline = <A extends 'create' | 'read' | 'update' | 'delete'>(
  name: string,
  action: A,
) =>
  createPermission({
    name: `ml-pipelines.pipeline.${name}`,
    attributes: { action },
    resourceType: RESOURCE_TYPE_PIPELINE,
  });

/** See a pipeline, its status, logs, metrics, alerts. @public */
export const pipelineReadPermission = pipeline('read', 'read');
/** Save a new pipeline. @public */
export const pipelineCreatePermission = createPermission({
  name: 'ml-pipelines.pipeline.create',
  attributes: { action: 'create' },
});
/** Save a revision, acknowledge alerts. @public */
export const pipelineUpdatePermission = pipeline('update', 'update');
/** Deploy, redeploy, cancel. @public */
export const pipelineDeployPermission = pipeline('deploy', 'update');
/** Take off its target and delete. @public */
export const pipelineDeletePermission = pipeline('delete', 'delete');
/** Send samples through it in the portal's console; rotate its API key. @public */
export const pipelineInvokePermission = pipeline('invoke', 'update');
/** Approve or discard a planned deployment. @public */
export const deploymentApprovePermission = createPermission({
  name: 'ml-pipelines.deployment.approve',
  attributes: { action: 'update' },
});
/** See targets and what they can do. @public */
export const targetReadPermission = createPermission({
  name: 'ml-pipelines.target.read',
  attributes: { action: 'read' },
});
/** Register, change, remove targets. @public */
export const targetManagePermission = createPermission({
  name: 'ml-pipelines.target.manage',
  attributes: { action: 'update' },
});
/** List names of secrets. @public */
export const secretReadPermission = createPermission({
  name: 'ml-pipelines.secret.read',
  attributes: { action: 'read' },
});
/** Write and delete secrets; nobody can read their values. @public */
export const secretManagePermission = createPermission({
  name: 'ml-pipelines.secret.manage',
  attributes: { action: 'update' },
});
/** Upload artefacts, and make links to them. @public */
export const artifactCreatePermission = createPermission({
  name: 'ml-pipelines.artifact.create',
  attributes: { action: 'create' },
});
/** Break a lock of Terraform state, read state metadata. @public */
export const terraformStateManagePermission = createPermission({
  name: 'ml-pipelines.terraform-state.manage',
  attributes: { action: 'update' },
});

/** @public */
export const mlPipelinesPermissions = [
  pipelineReadPermission,
  pipelineCreatePermission,
  pipelineUpdatePermission,
  pipelineDeployPermission,
  pipelineDeletePermission,
  pipelineInvokePermission,
  deploymentApprovePermission,
  targetReadPermission,
  targetManagePermission,
  secretReadPermission,
  secretManagePermission,
  artifactCreatePermission,
  terraformStateManagePermission,
];
