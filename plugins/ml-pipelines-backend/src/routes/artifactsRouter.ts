import type { AuditorService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import {
  artifactCreatePermission,
  ArtifactUpload,
  ArtifactUrl,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import {
  ArtifactStore,
  ArtifactTooLargeError,
} from '../artifacts/ArtifactStore';
import type { ArtifactUrls } from '../artifacts/ArtifactUrls';
import { parseInput } from '../http/parseInput';
import { sendArtifact } from '../http/sendArtifact';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import { audited } from './audited';

const signedQuerySchema = z.object({
  expires: z.coerce.number().int(),
  signature: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Options of {@link createArtifactsRouter}. */
export interface ArtifactsRouterOptions {
  authorize: AuthorizeFn;
  auditor: AuditorService;
  store: ArtifactStore;
  urls: ArtifactUrls;
}

/**
 * Uploads by those who may, downloads by whoever holds a signed URL. Bodies
 * are streamed, so that this router comes before any that parses JSON.
 */
export function createArtifactsRouter(options: ArtifactsRouterOptions): Router {
  const { authorize, auditor, store, urls } = options;
  const router = PromiseRouter();

  router.post('/artifacts', async (req, res) => {
    await authorize(req, artifactCreatePermission);
    try {
      const stored = await audited(
        auditor,
        { eventId: 'artifact-create', severityLevel: 'low', request: req },
        async () => {
          const result = await store.put(req);
          return { result, meta: { ...result } };
        },
      );
      const answer: ArtifactUpload = {
        ...stored,
        url: await urls.download(stored.digest),
      };
      res.status(201).json(answer);
    } catch (error) {
      if (!(error instanceof ArtifactTooLargeError)) {
        throw error;
      }
      // What is still on its way is not read, so that the connection must end.
      res
        .status(413)
        .set('Connection', 'close')
        .json({ error: { name: error.name, message: error.message } });
    }
  });

  router.post('/artifacts/:digest/url', async (req, res) => {
    await authorize(req, artifactCreatePermission);
    const { digest } = req.params;
    const answer = await audited<ArtifactUrl>(
      auditor,
      {
        eventId: 'artifact-url',
        severityLevel: 'low',
        request: req,
        meta: { digest },
      },
      async () => {
        if (!(await store.stat(digest))) {
          throw new NotFoundError(`There is no artefact ${digest}`);
        }
        return { result: { url: await urls.download(digest) } };
      },
    );
    res.json(answer);
  });

  router.get('/artifacts/:digest', async (req, res) => {
    const { digest } = req.params;
    const { expires, signature } = parseInput(signedQuerySchema, req.query);
    urls.verify(digest, expires, signature);
    const info = await store.stat(digest);
    if (!info) {
      throw new NotFoundError(`There is no artefact ${digest}`);
    }
    await sendArtifact(req, res, info, range => store.open(digest, range));
  });

  return router;
}
