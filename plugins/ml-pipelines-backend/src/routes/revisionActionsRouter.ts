import type { AuditorService } from '@backstage/backend-plugin-api';
import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  duplicatePipelineRequestSchema,
  forgetPipelineRequestSchema,
  movePipelineRequestSchema,
  pipelineCreatePermission,
  pipelineDeletePermission,
  pipelineDeployPermission,
  pipelineReadPermission,
  pipelineUpdatePermission,
  promotePipelineRequestSchema,
  terraformStateManagePermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Request, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { parseInput } from '../http/parseInput';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import { principalRef } from '../permissions/principalRef';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { ForgetService } from '../revisions/ForgetService';
import type { RevisionService } from '../revisions/RevisionService';
import { audited } from './audited';

/** Options of {@link createRevisionActionsRouter}. */
export interface RevisionActionsRouterOptions {
  revisions: RevisionService;
  forgetting: ForgetService;
  pipelines: Pick<PipelineStore, 'get' | 'resources'>;
  authorize: AuthorizeFn;
  auditor: AuditorService;
}

/** `/pipelines/:name/{duplicate,promote,move,forget}`: what makes a pipeline from another, brings it elsewhere, or gives it up. */
export function createRevisionActionsRouter(
  options: RevisionActionsRouterOptions,
): Router {
  const { revisions, forgetting, pipelines, authorize, auditor } = options;
  const router = PromiseRouter();

  /** The right to save to a pipeline, or to create it. A name is taken also for those who may not see by what. */
  async function authorizeSave(req: Request, name: string) {
    const [existing] = await pipelines.resources([name]);
    if (!existing) {
      return authorize(req, pipelineCreatePermission);
    }
    try {
      return await authorize(req, pipelineUpdatePermission, name);
    } catch (error) {
      if (error instanceof NotFoundError) {
        await authorize(req, pipelineCreatePermission);
        throw new ConflictError(
          `The name "${name}" is taken. Choose another one.`,
        );
      }
      throw error;
    }
  }

  const event = (
    req: Request,
    eventId: string,
    severity: 'medium' | 'high',
  ) => ({
    eventId,
    severityLevel: severity,
    request: req,
    meta: { pipeline: req.params.name },
  });

  router.post('/pipelines/:name/duplicate', async (req, res) => {
    const { name } = req.params;
    const saved = await audited(
      auditor,
      event(req, 'pipeline-duplicate', 'medium'),
      async () => {
        await authorize(req, pipelineReadPermission, name);
        const credentials = await authorize(req, pipelineCreatePermission);
        const request = parseInput(duplicatePipelineRequestSchema, req.body);
        const result = await revisions.duplicate(
          name,
          request,
          principalRef(credentials),
        );
        return { result, meta: { copy: request.name } };
      },
    );
    res.status(201).json(saved);
  });

  router.post('/pipelines/:name/promote', async (req, res) => {
    const { name } = req.params;
    const saved = await audited(
      auditor,
      event(req, 'pipeline-promote', 'medium'),
      async () => {
        await authorize(req, pipelineReadPermission, name);
        const request = parseInput(promotePipelineRequestSchema, req.body);
        const credentials = await authorizeSave(req, request.to);
        const result = await revisions.promote(
          name,
          request,
          principalRef(credentials),
        );
        const { revision, changed } = result;
        return { result, meta: { to: request.to, revision, changed } };
      },
    );
    res.status(saved.changed && saved.revision === 1 ? 201 : 200).json(saved);
  });

  router.post('/pipelines/:name/move', async (req, res) => {
    const { name } = req.params;
    const deployment = await audited(
      auditor,
      event(req, 'pipeline-move', 'medium'),
      async () => {
        await authorize(req, pipelineUpdatePermission, name);
        const { target } = parseInput(movePipelineRequestSchema, req.body);
        const credentials = await authorize(
          req,
          pipelineDeployPermission,
          name,
          { target },
        );
        const from = (await pipelines.get(name))?.deployedTarget;
        if (from !== undefined) {
          await authorize(req, pipelineDeployPermission, name, {
            target: from,
          });
        }
        const result = await revisions.move(
          name,
          target,
          principalRef(credentials),
        );
        const { id, revision } = result;
        return {
          result,
          meta: { deployment: id, revision, target, ...(from && { from }) },
        };
      },
    );
    res.status(202).json(deployment);
  });

  router.post('/pipelines/:name/forget', async (req, res) => {
    const { name } = req.params;
    await audited(auditor, event(req, 'pipeline-forget', 'high'), async () => {
      await authorize(req, pipelineDeletePermission, name);
      await authorize(req, terraformStateManagePermission);
      const { confirm, reason } = parseInput(
        forgetPipelineRequestSchema,
        req.body,
      );
      const targets = await forgetting.forget(name, confirm);
      return {
        result: undefined,
        meta: { reason, targets: targets.join(', ') },
      };
    });
    res.status(204).end();
  });

  return router;
}
