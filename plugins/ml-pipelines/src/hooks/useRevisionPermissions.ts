import { usePermission } from '@backstage/plugin-permission-react';
import {
  pipelineCreatePermission,
  targetReadPermission,
  terraformStateManagePermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { usePipelinePermissions } from './usePipelinePermissions';

/** What the user may do with revisions of a pipeline. The backend decides again on each call. */
export function useRevisionPermissions(pipeline: string) {
  const { canUpdate, canDeploy, canDelete } = usePipelinePermissions(pipeline);
  const create = usePermission({ permission: pipelineCreatePermission });
  const targets = usePermission({ permission: targetReadPermission });
  const state = usePermission({ permission: terraformStateManagePermission });
  return {
    deploy: canDeploy,
    create: create.allowed,
    // To a new pipeline, or to one that its user may change: only the backend knows which.
    promote: create.allowed || canUpdate,
    move: canUpdate && canDeploy,
    exportTerraform: targets.allowed,
    forget: canDelete && state.allowed,
  };
}
