import type { AuditorService } from '@backstage/backend-plugin-api';
import {
  pipelineReadPermission,
  TerraformLockInfo,
  terraformStateManagePermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { stackIdOf } from '../deployments/stackIdOf';
import { parseAttemptId } from '../executor/AttemptDirectory';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import type { TerraformStateStore } from '../terraform-state';
import { audited } from './audited';

/** Options of {@link createTerraformLockRouter}. */
export interface TerraformLockRouterOptions {
  state: Pick<TerraformStateStore, 'lockInfo' | 'forceUnlock'>;
  authorize: AuthorizeFn;
  auditor: AuditorService;
}

/** `/pipelines/:name/terraform-lock`: who holds the lock, and breaking it. */
export function createTerraformLockRouter(
  options: TerraformLockRouterOptions,
): Router {
  const { state, authorize, auditor } = options;
  const router = PromiseRouter();

  router.get('/pipelines/:name/terraform-lock', async (req, res) => {
    const { name } = req.params;
    await authorize(req, pipelineReadPermission, name);
    const held = await state.lockInfo(stackIdOf(name));
    const lock: TerraformLockInfo | undefined = held && {
      stackId: held.stackId,
      id: held.lockId,
      operation: held.info.Operation,
      who: held.info.Who,
      created: held.createdAt.toISOString(),
      deployment: parseAttemptId(held.attemptId)?.deployment,
    };
    res.json({ lock });
  });

  router.delete('/pipelines/:name/terraform-lock', async (req, res) => {
    const { name } = req.params;
    await audited(
      auditor,
      {
        eventId: 'terraform-force-unlock',
        severityLevel: 'high',
        request: req,
        meta: { pipeline: name, stackId: stackIdOf(name) },
      },
      async () => {
        await authorize(req, terraformStateManagePermission);
        const released = await state.forceUnlock({ stackId: stackIdOf(name) });
        return {
          result: undefined,
          meta: released && {
            lock: released.lockId,
            holder: released.attemptId,
          },
        };
      },
    );
    res.status(204).end();
  });

  return router;
}
