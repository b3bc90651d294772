import type { AuditorService } from '@backstage/backend-plugin-api';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import {
  listPipelinesQuerySchema,
  pipelineCreatePermission,
  pipelineDeletePermission,
  pipelineNameSchema,
  pipelineReadPermission,
  pipelineUpdatePermission,
  savePipelineRequestSchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Request, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { PipelineAuthorizer } from '../permissions/createPipelineAuthorizer';
import { principalRef } from '../permissions/principalRef';
import type { PipelineService } from '../pipelines/PipelineService';
import type { PipelineStore } from '../pipelines/PipelineStore';
import { audited } from './audited';
import type { DeploymentUsage } from '../deployments/DeploymentUsage';
import { parseInput } from '../http/parseInput';

/** Base revision of a pipeline that must not exist yet. */
const MUST_BE_NEW = 0;

/** Options of {@link createPipelinesRouter}. */
export interface PipelinesRouterOptions {
  store: PipelineStore;
  service: PipelineService;
  authorizer: Pick<PipelineAuthorizer, 'authorize' | 'authorizeList'>;
  auditor: AuditorService;
  usage: Pick<DeploymentUsage, 'leftoversOf' | 'refuseUsedPipeline'>;
}

/** `/pipelines` and `/pipelines/:name`. */
export function createPipelinesRouter(options: PipelinesRouterOptions): Router {
  const { store, service, authorizer, auditor, usage } = options;
  const { authorize } = authorizer;
  const router = PromiseRouter();

  /** A name is taken also for those who may not see by what. */
  async function authorizeUpdate(req: Request, name: string) {
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

  router.get('/pipelines', async (req, res) => {
    const { filter } = await authorizer.authorizeList(
      req,
      pipelineReadPermission,
    );
    const query = parseInput(listPipelinesQuerySchema, req.query);
    res.json(await store.list(query, filter));
  });

  router.get('/pipelines/:name', async (req, res) => {
    const { name } = req.params;
    await authorize(req, pipelineReadPermission, name);
    const pipeline = await store.get(name);
    if (!pipeline) {
      throw new NotFoundError(`There is no pipeline "${name}".`);
    }
    const leftovers = await usage.leftoversOf(name);
    res.json({
      ...pipeline,
      leftovers: leftovers.filter(
        target => target !== (pipeline.deployedTarget ?? pipeline.target),
      ),
    });
  });

  router.put('/pipelines/:name', async (req, res) => {
    const { name } = req.params;
    const saved = await audited(
      auditor,
      {
        eventId: 'pipeline-save',
        severityLevel: 'medium',
        request: req,
        meta: { pipeline: name },
      },
      async () => {
        const [existing] = await store.resources([name]);
        const credentials = existing
          ? await authorizeUpdate(req, name)
          : await authorize(req, pipelineCreatePermission);
        parseInput(pipelineNameSchema, name, 'name of the pipeline');
        const body = parseInput(savePipelineRequestSchema, req.body);
        const result = await service.save({
          name,
          ...body,
          createdBy: principalRef(credentials),
          baseRevision:
            readIfMatch(req.header('if-match')) ??
            // Who may create must not write to what somebody else has created meanwhile.
            (existing ? undefined : MUST_BE_NEW),
        });
        const { revision, changed } = result;
        return { result, meta: { revision, changed } };
      },
    );
    res.status(saved.changed && saved.revision === 1 ? 201 : 200).json(saved);
  });

  router.delete('/pipelines/:name', async (req, res) => {
    const { name } = req.params;
    await audited(
      auditor,
      {
        eventId: 'pipeline-delete',
        severityLevel: 'high',
        request: req,
        meta: { pipeline: name },
      },
      async () => {
        await authorize(req, pipelineDeletePermission, name);
        await usage.refuseUsedPipeline(name);
        return { result: await service.delete(name) };
      },
    );
    res.status(204).end();
  });

  return router;
}

/**
 * The revision that a writer started from: `If-Match: "3"`. It is no `ETag` of
 * `GET`, whose answer changes with the status as well.
 */
function readIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header === '*') {
    return undefined;
  }
  const match = /^(?:W\/)?"(\d{1,9})"$/.exec(header.trim());
  if (!match) {
    throw new InputError(
      `If-Match must be the number of the revision that you started from, such as "3"; it was ${header}.`,
    );
  }
  return Number(match[1]);
}
