import type { AuditorService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import {
  artifactCreatePermission,
  ArtifactInfo,
  ArtifactUpload,
  ArtifactUrl,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Request, Response, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import {
  ArtifactStore,
  ArtifactTooLargeError,
} from '../artifacts/ArtifactStore';
import type { ArtifactUrls } from '../artifacts/ArtifactUrls';
import { parseInput } from '../http/parseInput';
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
    await send(req, res, info, range => store.open(digest, range));
  });

  return router;
}

/** Answers with an artefact, or with the one range of it that was asked for (RFC 9110). */
async function send(
  req: Request,
  res: Response,
  { digest, size }: ArtifactInfo,
  open: (range?: { start: number; end: number }) => Promise<Readable>,
): Promise<void> {
  res.set({
    'Content-Type': 'application/octet-stream',
    // Never shown in the portal's origin, whatever it holds.
    'Content-Disposition': 'attachment',
    'Accept-Ranges': 'bytes',
    ETag: `"${digest}"`,
  });
  const ranges = req.range(size);
  if (ranges === -1) {
    res.status(416).set('Content-Range', `bytes */${size}`).end();
    return;
  }
  // Several ranges at once are answered with all of it, as the RFC allows.
  const range =
    Array.isArray(ranges) && ranges.length === 1 ? ranges[0] : undefined;
  if (range) {
    res
      .status(206)
      .set('Content-Range', `bytes ${range.start}-${range.end}/${size}`);
  }
  res.set('Content-Length', String(range ? range.end - range.start + 1 : size));
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  try {
    await pipeline(await open(range), res);
  } catch (error) {
    // A reader that goes away has nobody left to be told.
    if (!res.destroyed) {
      throw error;
    }
  }
}
