import type {
  AuditorService,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import {
  createRunRequestSchema,
  isFinalRunState,
  listRunsQuerySchema,
  logQuerySchema,
  pipelineCreatePermission,
  pipelineDeployPermission,
  pipelineReadPermission,
  pipelineUpdatePermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Request, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import type { DeploymentChanges } from '../deployments/DeploymentChanges';
import { EventStream, resumePosition } from '../http/EventStream';
import { parseInput } from '../http/parseInput';
import { streamProgress } from '../http/streamProgress';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import { principalRef } from '../permissions/principalRef';
import type { RunRecord } from '../runs/RunRecord';
import { RunService, unknownRun } from '../runs/RunService';
import { audited } from './audited';

/** Options of {@link createRunsRouter}. */
export interface RunsRouterOptions {
  service: RunService;
  changes: DeploymentChanges;
  authorize: AuthorizeFn;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
  /** Ends open event streams when the plugin shuts down. */
  shutdown: AbortSignal;
}

const positionSchema = z.coerce.number().int().min(0);

/** `/pipelines/:name/runs` and `/runs/:id`. */
export function createRunsRouter(options: RunsRouterOptions): Router {
  const { service, authorize, auditor, httpAuth } = options;
  const router = PromiseRouter();

  /** A document that is not saved needs what saving it would need. */
  async function authorizeDraft(req: Request, name: string, target: string) {
    return (await service.hasPipeline(name))
      ? authorize(req, pipelineUpdatePermission, name, { target })
      : authorize(req, pipelineCreatePermission);
  }

  /** Of a pipeline that does not exist (any more), only the creator sees runs. */
  async function asCreator(req: Request, record: RunRecord): Promise<void> {
    const credentials = await httpAuth.credentials(req, {
      allow: ['user', 'service'],
    });
    if (principalRef(credentials) !== record.createdBy) {
      throw unknownRun(record.id);
    }
  }

  async function authorizeRead(req: Request, id: string): Promise<RunRecord> {
    const record = await service.find(id);
    if (await service.hasPipeline(record.pipeline)) {
      try {
        await authorize(req, pipelineReadPermission, record.pipeline);
      } catch (error) {
        // Who may not see the pipeline does not learn its name either.
        throw error instanceof NotFoundError ? unknownRun(id) : error;
      }
    } else {
      await asCreator(req, record);
    }
    return record;
  }

  async function authorizeChange(req: Request, id: string) {
    const record = await authorizeRead(req, id);
    const { pipeline, request, target } = record;
    if (request.document !== undefined) {
      return authorizeDraft(req, pipeline, target);
    }
    return authorize(req, pipelineDeployPermission, pipeline, { target });
  }

  router.post('/pipelines/:name/runs', async (req, res) => {
    const { name } = req.params;
    const run = await audited(
      auditor,
      {
        eventId: 'run-create',
        severityLevel: 'medium',
        request: req,
        meta: { pipeline: name },
      },
      async () => {
        const request = parseInput(createRunRequestSchema, req.body);
        if (request.document === undefined) {
          // First, so that nobody learns of a pipeline by a refusal.
          await authorize(req, pipelineDeployPermission, name);
        } else if (await service.hasPipeline(name)) {
          await authorize(req, pipelineUpdatePermission, name);
        } else {
          await authorize(req, pipelineCreatePermission);
        }
        const subject = await service.subjectOf(name, request);
        const { target } = subject.document.spec;
        const credentials =
          request.document === undefined
            ? await authorize(req, pipelineDeployPermission, name, { target })
            : await authorizeDraft(req, name, target);
        const result = await service.create(
          name,
          request,
          subject,
          principalRef(credentials),
        );
        const { id, kind, revision } = result;
        return { result, meta: { run: id, kind, revision, target } };
      },
    );
    res.status(202).json(run);
  });

  router.get('/pipelines/:name/runs', async (req, res) => {
    const { name } = req.params;
    await authorize(req, pipelineReadPermission, name);
    res.json(
      await service.list(name, parseInput(listRunsQuerySchema, req.query)),
    );
  });

  router.get('/runs/:id', async (req, res) => {
    await authorizeRead(req, req.params.id);
    res.json(await service.get(req.params.id));
  });

  router.get('/runs/:id/log', async (req, res) => {
    await authorizeRead(req, req.params.id);
    const query = parseInput(logQuerySchema, req.query);
    res.json(await service.readLog(req.params.id, query));
  });

  router.get('/runs/:id/log/stream', async (req, res) => {
    const { id } = req.params;
    await authorizeRead(req, id);
    const after = parseInput(positionSchema, resumePosition(req) ?? 0);
    await streamProgress({
      id,
      after,
      service,
      isFinal: isFinalRunState,
      changes: options.changes,
      stream: new EventStream(res),
      shutdown: options.shutdown,
    });
  });

  router.get('/runs/:id/artifacts/:name', async (req, res) => {
    const { id, name } = req.params;
    await authorizeRead(req, id);
    res.json(await service.artifactUrl(id, name));
  });

  router.post('/runs/:id/apply', async (req, res) => {
    const { id } = req.params;
    const deployment = await audited(
      auditor,
      {
        eventId: 'run-apply',
        severityLevel: 'medium',
        request: req,
        meta: { run: id },
      },
      async () => {
        const { pipeline } = await authorizeRead(req, id);
        // First, so that a refusal says nothing of what is deployed.
        await authorize(req, pipelineDeployPermission, pipeline);
        const target = await service.modelTarget(id);
        const credentials = await authorize(
          req,
          pipelineDeployPermission,
          pipeline,
          { target },
        );
        const result = await service.apply(id, principalRef(credentials));
        return { result, meta: { pipeline, target, deployment: result.id } };
      },
    );
    res.status(202).json(deployment);
  });

  for (const action of ['cancel', 'repeat'] as const) {
    router.post(`/runs/:id/${action}`, async (req, res) => {
      const { id } = req.params;
      const run = await audited(
        auditor,
        {
          eventId: `run-${action}`,
          severityLevel: 'medium',
          request: req,
          meta: { run: id },
        },
        async () => {
          const credentials = await authorizeChange(req, id);
          const result = await service[action](id, principalRef(credentials));
          return { result, meta: { pipeline: result.pipeline } };
        },
      );
      res.status(action === 'repeat' ? 202 : 200).json(run);
    });
  }

  return router;
}
