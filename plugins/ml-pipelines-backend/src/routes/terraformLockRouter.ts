import type { AuditorService } from '@backstage/backend-plugin-api';
import {
  pipelineReadPermission,
  TerraformLockInfo,
  terraformStateManagePermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { PipelineStacks } from '../deployments/PipelineStacks';
import { parseAttemptId } from '../executor/AttemptDirectory';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import type { TerraformStateStore } from '../terraform-state';
import { audited } from './audited';

/** Options of {@link createTerraformLockRouter}. */
export interface TerraformLockRouterOptions {
  state: Pick<TerraformStateStore, 'lockInfo' | 'forceUnlock'>;
  stacks: Pick<PipelineStacks, 'list'>;
  authorize: AuthorizeFn;
  auditor: AuditorService;
}

/** `/pipelines/:name/terraform-lock`: who holds the lock, and breaking it. */
export function createTerraformLockRouter(
  options: TerraformLockRouterOptions,
): Router {
  const { state, stacks, authorize, auditor } = options;
  const router = PromiseRouter();

  /** Of a pipeline that moves, one stack after the other is worked on. */
  async function heldLock(pipeline: string) {
    for (const { stackId } of await stacks.list(pipeline)) {
      const held = await state.lockInfo(stackId);
      if (held) {
        return held;
      }
    }
    return undefined;
  }

  router.get('/pipelines/:name/terraform-lock', async (req, res) => {
    const { name } = req.params;
    await authorize(req, pipelineReadPermission, name);
    const held = await heldLock(name);
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
        meta: { pipeline: name },
      },
      async () => {
        await authorize(req, terraformStateManagePermission);
        const held = await heldLock(name);
        const released =
          held && (await state.forceUnlock({ stackId: held.stackId }));
        return {
          result: undefined,
          meta: released && {
            stackId: released.stackId,
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
