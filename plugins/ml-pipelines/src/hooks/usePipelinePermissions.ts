import { usePermission } from '@backstage/plugin-permission-react';
import {
  pipelineDeletePermission,
  pipelineDeployPermission,
  pipelineInvokePermission,
  pipelineUpdatePermission,
} from '@mlpipe/plugin-ml-pipelines-common';

/** What the user may do with a pipeline. The backend decides again on each call. */
export function usePipelinePermissions(resourceRef: string) {
  const update = usePermission({
    permission: pipelineUpdatePermission,
    resourceRef,
  });
  const deploy = usePermission({
    permission: pipelineDeployPermission,
    resourceRef,
  });
  const remove = usePermission({
    permission: pipelineDeletePermission,
    resourceRef,
  });
  const invoke = usePermission({
    permission: pipelineInvokePermission,
    resourceRef,
  });
  return {
    canUpdate: update.allowed,
    canDeploy: deploy.allowed,
    canDelete: remove.allowed,
    canInvoke: invoke.allowed,
  };
}
