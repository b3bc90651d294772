import type {
  AuditorService,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import {
  approveDeploymentRequestSchema,
  createDeploymentRequestSchema,
  deploymentApprovePermission,
  isTerminalState,
  logQuerySchema,
  pipelineDeletePermission,
  pipelineDeployPermission,
  pipelineReadPermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Request, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import {
  DeploymentService,
  unknownDeployment,
} from '../deployments/DeploymentService';
import type { DeploymentChanges } from '../deployments/DeploymentChanges';
import { EventStream, resumePosition } from '../http/EventStream';
import { parseInput } from '../http/parseInput';
import { streamProgress } from '../http/streamProgress';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import { principalRef } from '../permissions/principalRef';
import { audited } from './audited';

/** Options of {@link createDeploymentsRouter}. */
export interface DeploymentsRouterOptions {
  service: DeploymentService;
  changes: DeploymentChanges;
  authorize: AuthorizeFn;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
  /** Ends open event streams when the plugin shuts down. */
  shutdown: AbortSignal;
}

const pageSchema = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(25),
});

const positionSchema = z.coerce.number().int().min(0);

/** `/pipelines/:name/deployments` and `/deployments/:id`. */
export function createDeploymentsRouter(
  options: DeploymentsRouterOptions,
): Router {
  const { service, authorize, auditor, httpAuth } = options;
  const router = PromiseRouter();

  /** Of a pipeline that was deleted meanwhile, its creator may still see the end. */
  async function authorizeRead(req: Request, id: string): Promise<void> {
    const record = await service.find(id);
    try {
      await authorize(req, pipelineReadPermission, record.pipeline);
    } catch (error) {
      if (!(error instanceof NotFoundError)) {
        throw error;
      }
      const credentials = await httpAuth.credentials(req, {
        allow: ['user', 'service'],
      });
      if (
        principalRef(credentials) !== record.createdBy ||
        (await service.hasPipeline(record))
      ) {
        // Who may not see the pipeline does not learn its name either.
        throw unknownDeployment(id);
      }
    }
  }

  router.post('/pipelines/:name/deployments', async (req, res) => {
    const { name } = req.params;
    const deployment = await audited(
      auditor,
      {
        eventId: 'deployment-create',
        severityLevel: 'medium',
        request: req,
        meta: { pipeline: name },
      },
      async () => {
        const request = parseInput(createDeploymentRequestSchema, req.body);
        const permission =
          request.action === 'destroy'
            ? pipelineDeletePermission
            : pipelineDeployPermission;
        // An earlier revision may be for another target than the newest one.
        const subjects = await service.subjectsOf(name, request);
        const [credentials] = await Promise.all(
          subjects.map(about => authorize(req, permission, name, about)),
        );
        const result = await service.create(
          name,
          request,
          principalRef(credentials),
        );
        const { id, action, revision, target } = result;
        return { result, meta: { deployment: id, action, revision, target } };
      },
    );
    res.status(202).json(deployment);
  });

  router.get('/pipelines/:name/deployments', async (req, res) => {
    const { name } = req.params;
    await authorize(req, pipelineReadPermission, name);
    res.json(await service.list(name, parseInput(pageSchema, req.query)));
  });

  router.get('/pipelines/:name/openapi', async (req, res) => {
    const { name } = req.params;
    await authorize(req, pipelineReadPermission, name);
    res.json(await service.getOpenApi(name));
  });

  router.get('/deployments/:id', async (req, res) => {
    await authorizeRead(req, req.params.id);
    res.json(await service.get(req.params.id));
  });

  router.get('/deployments/:id/log', async (req, res) => {
    await authorizeRead(req, req.params.id);
    const query = parseInput(logQuerySchema, req.query);
    res.json(await service.readLog(req.params.id, query));
  });

  router.get('/deployments/:id/events', async (req, res) => {
    const { id } = req.params;
    await authorizeRead(req, id);
    const after = parseInput(positionSchema, resumePosition(req) ?? 0);
    const stream = new EventStream(res);
    await streamProgress({
      id,
      after,
      service,
      isFinal: isTerminalState,
      changes: options.changes,
      stream,
      shutdown: options.shutdown,
    });
  });

  for (const action of ['cancel', 'approve', 'discard'] as const) {
    router.post(`/deployments/:id/${action}`, async (req, res) => {
      const { id } = req.params;
      const deployment = await audited(
        auditor,
        {
          eventId: `deployment-${action}`,
          severityLevel: 'medium',
          request: req,
          meta: { deployment: id },
        },
        async () => {
          const { pipeline } = await service.find(id);
          const credentials = await (action === 'cancel'
            ? authorize(req, pipelineDeployPermission, pipeline)
            : authorize(req, deploymentApprovePermission));
          const user = principalRef(credentials);
          const result =
            action === 'approve'
              ? await service.approve(
                  id,
                  user,
                  parseInput(approveDeploymentRequestSchema, req.body ?? {})
                    .plan,
                )
              : await service[action](id, user);
          return { result, meta: { pipeline } };
        },
      );
      res.json(deployment);
    });
  }

  return router;
}
