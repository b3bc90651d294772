import type { AuditorService } from '@backstage/backend-plugin-api';
import {
  ApiKeyResponse,
  pipelineInvokePermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import type { ApiKeyStore } from '../secrets/ApiKeyStore';
import type { OnApiKeysChanged } from '../secrets/WorkloadSecretsProvider';
import { audited } from './audited';

/** `POST /pipelines/:name/api-key`: replaces the key and shows the new one, this once. */
export function createApiKeyRouter(options: {
  apiKeys: ApiKeyStore;
  onApiKeysChanged: OnApiKeysChanged;
  authorize: AuthorizeFn;
  auditor: AuditorService;
}): Router {
  const { apiKeys, onApiKeysChanged, authorize, auditor } = options;
  const router = PromiseRouter();

  router.post('/pipelines/:name/api-key', async (req, res) => {
    const { name } = req.params;
    const apiKey = await audited(
      auditor,
      {
        eventId: 'api-key-rotate',
        severityLevel: 'high',
        request: req,
        meta: { pipeline: name },
      },
      async () => {
        await authorize(req, pipelineInvokePermission, name);
        const key = await apiKeys.rotate(name);
        await onApiKeysChanged(name);
        return { result: key };
      },
    );
    const answer: ApiKeyResponse = { apiKey };
    res.set('Cache-Control', 'no-store').json(answer);
  });

  return router;
}
