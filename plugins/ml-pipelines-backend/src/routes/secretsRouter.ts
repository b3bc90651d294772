import type { AuditorService } from '@backstage/backend-plugin-api';
import {
  saveSecretRequestSchema,
  secretManagePermission,
  secretReadPermission,
  targetNameSchema as secretNameSchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import { principalRef } from '../permissions/principalRef';
import type { SecretStore } from '../secrets/SecretStore';
import { audited } from './audited';
import { parseInput } from '../http/parseInput';

/** `/secrets`: values go in and never come out. */
export function createSecretsRouter(options: {
  secrets: SecretStore;
  authorize: AuthorizeFn;
  auditor: AuditorService;
}): Router {
  const { secrets, authorize, auditor } = options;
  const router = PromiseRouter();

  router.get('/secrets', async (req, res) => {
    await authorize(req, secretReadPermission);
    res.json({ items: await secrets.list() });
  });

  router.put('/secrets/:name', async (req, res) => {
    const { name } = req.params;
    const secret = await audited(
      auditor,
      {
        eventId: 'secret-save',
        severityLevel: 'high',
        request: req,
        meta: { secret: name },
      },
      async () => {
        const credentials = await authorize(req, secretManagePermission);
        parseInput(secretNameSchema, name, 'name of the secret');
        const body = parseInput(saveSecretRequestSchema, req.body);
        const result = await secrets.save(name, {
          ...body,
          updatedBy: principalRef(credentials),
        });
        return { result, meta: { version: result.version } };
      },
    );
    res.json(secret);
  });

  router.delete('/secrets/:name', async (req, res) => {
    const { name } = req.params;
    await audited(
      auditor,
      {
        eventId: 'secret-delete',
        severityLevel: 'high',
        request: req,
        meta: { secret: name },
      },
      async () => {
        await authorize(req, secretManagePermission);
        return { result: await secrets.delete(name) };
      },
    );
    res.status(204).end();
  });

  return router;
}
