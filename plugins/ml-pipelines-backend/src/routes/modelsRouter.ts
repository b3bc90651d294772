import type { AuditorService } from '@backstage/backend-plugin-api';
import {
  ModelsView,
  pipelineDeployPermission,
  pipelineReadPermission,
  rollbackModelRequestSchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Request, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import { parseInput } from '../http/parseInput';
import type { ModelService } from '../models/ModelService';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import { principalRef } from '../permissions/principalRef';
import { audited } from './audited';

const noBodySchema = z.strictObject({});
const versionSchema = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'The version of a model');

/** Options of {@link createModelsRouter}. */
export interface ModelsRouterOptions {
  service: ModelService;
  authorize: AuthorizeFn;
  auditor: AuditorService;
}

/** `/pipelines/:name/models`: versions of the model, and what to do with them. */
export function createModelsRouter(options: ModelsRouterOptions): Router {
  const { service, authorize, auditor } = options;
  const router = PromiseRouter();

  router.get('/pipelines/:name/models', async (req, res) => {
    const { name } = req.params;
    await authorize(req, pipelineReadPermission, name);
    res.json(await service.view(name));
  });

  const change = async (
    req: Request,
    action: string,
    act: (name: string, by: string) => Promise<ModelsView>,
  ): Promise<ModelsView> => {
    const { name, version } = req.params;
    return audited(
      auditor,
      {
        eventId: `model-${action}`,
        severityLevel: 'medium',
        request: req,
        meta: { pipeline: name, ...(version && { version }) },
      },
      async () => {
        const credentials = await authorize(
          req,
          pipelineDeployPermission,
          name,
        );
        const result = await act(name, principalRef(credentials));
        return { result, meta: { champion: result.champion ?? '' } };
      },
    );
  };

  router.post('/pipelines/:name/models/retrain', async (req, res) => {
    const view = await change(req, 'retrain', (name, by) => {
      parseInput(noBodySchema, req.body);
      return service.retrain(name, by);
    });
    res.status(202).json(view);
  });

  router.post('/pipelines/:name/models/rollback', async (req, res) => {
    const view = await change(req, 'rollback', (name, by) =>
      service.rollback(
        name,
        parseInput(rollbackModelRequestSchema, req.body),
        by,
      ),
    );
    res.json(view);
  });

  for (const action of ['promote', 'reject'] as const) {
    router.post(
      `/pipelines/:name/models/:version/${action}`,
      async (req, res) => {
        const view = await change(req, action, (name, by) => {
          parseInput(noBodySchema, req.body);
          const version = parseInput(
            versionSchema,
            req.params.version,
            'version',
          );
          return service[action](name, version, by);
        });
        res.json(view);
      },
    );
  }

  return router;
}
