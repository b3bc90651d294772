import type { AuditorService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import {
  acknowledgeAlertRequestSchema,
  createSilenceRequestSchema,
  listAlertsQuerySchema,
  pipelineReadPermission,
  pipelineUpdatePermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Request, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { AlertService, unknownAlert } from '../alerts/AlertService';
import type { AlertStore } from '../alerts/AlertStore';
import { parseInput } from '../http/parseInput';
import type { PipelinePermission } from '../permissions/AuthorizeFn';
import type { PipelineAuthorizer } from '../permissions/createPipelineAuthorizer';
import { principalRef } from '../permissions/principalRef';
import { audited } from './audited';

/** Options of {@link createAlertsRouter}. */
export interface AlertsRouterOptions {
  authorizer: Pick<PipelineAuthorizer, 'authorize' | 'authorizeList'>;
  auditor: AuditorService;
  store: Pick<AlertStore, 'list'>;
  service: AlertService;
}

/** `/alerts`, and alerts and silences of a pipeline. */
export function createAlertsRouter(options: AlertsRouterOptions): Router {
  const { authorizer, auditor, store, service } = options;
  const { authorize } = authorizer;
  const router = PromiseRouter();

  /** Who may not see the pipeline does not learn of the alert either. */
  async function authorizeAlert(
    req: Request,
    permission: PipelinePermission,
    id: string,
  ) {
    const { pipeline } = await service.get(id);
    try {
      return await authorize(req, permission, pipeline);
    } catch (error) {
      throw error instanceof NotFoundError ? unknownAlert(id) : error;
    }
  }

  router.get('/alerts', async (req, res) => {
    const { filter } = await authorizer.authorizeList(
      req,
      pipelineReadPermission,
    );
    const query = parseInput(listAlertsQuerySchema, req.query);
    res.json(await store.list(query, filter));
  });

  router.get('/pipelines/:name/alerts', async (req, res) => {
    const { name } = req.params;
    await authorize(req, pipelineReadPermission, name);
    const query = parseInput(listAlertsQuerySchema, req.query);
    res.json(await store.list({ ...query, pipeline: name }));
  });

  router.get('/alerts/:id', async (req, res) => {
    const { id } = req.params;
    await authorizeAlert(req, pipelineReadPermission, id);
    res.json(await service.detail(id));
  });

  router.post('/alerts/:id/acknowledge', async (req, res) => {
    const { id } = req.params;
    const alert = await audited(
      auditor,
      {
        eventId: 'alert-acknowledge',
        severityLevel: 'medium',
        request: req,
        meta: { alert: id },
      },
      async () => {
        const credentials = await authorizeAlert(
          req,
          pipelineUpdatePermission,
          id,
        );
        const { comment } = parseInput(
          acknowledgeAlertRequestSchema,
          req.body ?? {},
        );
        const result = await service.acknowledge(
          id,
          principalRef(credentials),
          comment,
        );
        const { pipeline, rule } = result;
        return { result, meta: { pipeline, rule } };
      },
    );
    res.json(alert);
  });

  router.get('/pipelines/:name/silences', async (req, res) => {
    const { name } = req.params;
    await authorize(req, pipelineReadPermission, name);
    res.json({ items: await service.listSilences(name) });
  });

  router.post('/pipelines/:name/silences', async (req, res) => {
    const { name } = req.params;
    const silence = await audited(
      auditor,
      {
        eventId: 'silence-create',
        severityLevel: 'medium',
        request: req,
        meta: { pipeline: name },
      },
      async () => {
        const credentials = await authorize(
          req,
          pipelineUpdatePermission,
          name,
        );
        const request = parseInput(createSilenceRequestSchema, req.body);
        const result = await service.silence(
          name,
          request,
          principalRef(credentials),
        );
        const { id, endsAt } = result;
        return { result, meta: { silence: id, endsAt } };
      },
    );
    res.status(201).json(silence);
  });

  router.delete('/pipelines/:name/silences/:id', async (req, res) => {
    const { name, id } = req.params;
    await audited(
      auditor,
      {
        eventId: 'silence-end',
        severityLevel: 'medium',
        request: req,
        meta: { pipeline: name, silence: id },
      },
      async () => {
        await authorize(req, pipelineUpdatePermission, name);
        return { result: await service.endSilence(name, id) };
      },
    );
    res.status(204).end();
  });

  return router;
}
