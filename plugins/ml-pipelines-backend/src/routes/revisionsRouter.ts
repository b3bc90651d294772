import { NotFoundError } from '@backstage/errors';
import { pipelineReadPermission } from '@mlpipe/plugin-ml-pipelines-common';
import { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import type { PipelineStore } from '../pipelines/PipelineStore';
import { parseInput } from '../http/parseInput';

const revisionSchema = z.coerce.number().int().min(1);

/** `/pipelines/:name/revisions`. */
export function createRevisionsRouter(options: {
  store: PipelineStore;
  authorize: AuthorizeFn;
}): Router {
  const { store, authorize } = options;
  const router = PromiseRouter();

  router.get('/pipelines/:name/revisions', async (req, res) => {
    const { name } = req.params;
    await authorize(req, pipelineReadPermission, name);
    res.json({ items: await store.listRevisions(name) });
  });

  router.get('/pipelines/:name/revisions/:revision', async (req, res) => {
    const { name } = req.params;
    await authorize(req, pipelineReadPermission, name);
    const number = parseInput(revisionSchema, req.params.revision, 'revision');
    const revision = await store.getRevision(name, number);
    if (!revision) {
      throw new NotFoundError(`Pipeline "${name}" has no revision ${number}.`);
    }
    res.json(revision);
  });

  return router;
}
