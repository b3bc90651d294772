import type { AuditorService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import {
  Draft,
  draftRequestSchema,
  pipelineCreatePermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Request, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import type { DraftStore, StoredDraft } from '../drafts/DraftStore';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import { principalRef } from '../permissions/principalRef';
import type { PipelineValidator } from '../pipelines/PipelineValidator';
import { audited } from './audited';
import { parseInput } from '../http/parseInput';

const idSchema = z.uuid();

/** `/drafts`: each for the one who made it, whether it is valid or not. */
export function createDraftsRouter(options: {
  drafts: DraftStore;
  validator: PipelineValidator;
  authorize: AuthorizeFn;
  auditor: AuditorService;
}): Router {
  const { drafts, validator, authorize, auditor } = options;
  const router = PromiseRouter();

  const whoIs = async (req: Request) =>
    principalRef(await authorize(req, pipelineCreatePermission));
  const withProblems = async (draft: StoredDraft): Promise<Draft> => ({
    ...draft,
    problems:
      draft.document === undefined
        ? []
        : (await validator.validate(draft.document)).problems,
  });
  const found = <T>(draft: T | undefined | false, id: string): T => {
    if (!draft) {
      throw new NotFoundError(
        `You have no draft "${id}". It may have been deleted, or belong to someone else.`,
      );
    }
    return draft;
  };

  router.get('/drafts', async (req, res) => {
    const items = await drafts.list(await whoIs(req));
    res.json({ items: await Promise.all(items.map(withProblems)) });
  });

  router.post('/drafts', async (req, res) => {
    const draft = await audited(
      auditor,
      { eventId: 'draft-create', request: req },
      async () => {
        const user = await whoIs(req);
        const body = parseInput(draftRequestSchema, req.body);
        const result = await drafts.create(body, user);
        return { result, meta: { draft: result.id } };
      },
    );
    res.status(201).json(await withProblems(draft));
  });

  router.get('/drafts/:id', async (req, res) => {
    const user = await whoIs(req);
    const id = parseInput(idSchema, req.params.id, 'id of the draft');
    res.json(await withProblems(found(await drafts.get(id, user), id)));
  });

  router.put('/drafts/:id', async (req, res) => {
    const draft = await audited(
      auditor,
      { eventId: 'draft-update', request: req, meta: { draft: req.params.id } },
      async () => {
        const user = await whoIs(req);
        const id = parseInput(idSchema, req.params.id, 'id of the draft');
        const body = parseInput(draftRequestSchema, req.body);
        return { result: found(await drafts.update(id, body, user), id) };
      },
    );
    res.json(await withProblems(draft));
  });

  router.delete('/drafts/:id', async (req, res) => {
    await audited(
      auditor,
      { eventId: 'draft-delete', request: req, meta: { draft: req.params.id } },
      async () => {
        const user = await whoIs(req);
        const id = parseInput(idSchema, req.params.id, 'id of the draft');
        return { result: found(await drafts.delete(id, user), id) };
      },
    );
    res.status(204).end();
  });

  return router;
}
