import { NotFoundError } from '@backstage/errors';
import {
  EXPORT_FORMATS,
  pipelineReadPermission,
  Revision,
  stringifyPipeline,
  targetReadPermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import type { PipelineStore } from '../pipelines/PipelineStore';
import { parseInput } from '../http/parseInput';
import { archive } from '../revisions/archive';
import { exportTerraform } from '../revisions/exportTerraform';
import type { TargetRegistry } from '../targets/TargetRegistry';

const revisionSchema = z.coerce.number().int().min(1);
const exportQuerySchema = z.object({ format: z.enum(EXPORT_FORMATS) });

/** `/pipelines/:name/revisions`, and their export. */
export function createRevisionsRouter(options: {
  store: PipelineStore;
  targets: Pick<TargetRegistry, 'get'>;
  authorize: AuthorizeFn;
}): Router {
  const { store, targets, authorize } = options;
  const router = PromiseRouter();

  async function find(name: string, text: string): Promise<Revision> {
    const number = parseInput(revisionSchema, text, 'revision');
    const revision = await store.getRevision(name, number);
    if (!revision) {
      throw new NotFoundError(`Pipeline "${name}" has no revision ${number}.`);
    }
    return revision;
  }

  router.get('/pipelines/:name/revisions', async (req, res) => {
    const { name } = req.params;
    await authorize(req, pipelineReadPermission, name);
    res.json({ items: await store.listRevisions(name) });
  });

  router.get('/pipelines/:name/revisions/:revision', async (req, res) => {
    const { name } = req.params;
    await authorize(req, pipelineReadPermission, name);
    res.json(await find(name, req.params.revision));
  });

  router.get(
    '/pipelines/:name/revisions/:revision/export',
    async (req, res) => {
      const { name } = req.params;
      await authorize(req, pipelineReadPermission, name);
      const { format } = parseInput(exportQuerySchema, req.query);
      const revision = await find(name, req.params.revision);
      const folder = `${name}-r${revision.revision}`;
      if (format === 'yaml') {
        res
          .attachment(`${folder}.yaml`)
          .type('application/yaml')
          .send(stringifyPipeline(revision.document));
        return;
      }
      // The stack says how the target is reached.
      await authorize(req, targetReadPermission);
      const files = await exportTerraform(
        revision,
        await targets.get(revision.document.spec.target),
      );
      const content = await archive(
        folder,
        files,
        new Date(revision.createdAt),
      );
      res
        .attachment(`${folder}-terraform.tar.gz`)
        .type('application/gzip')
        .send(content);
    },
  );

  return router;
}
