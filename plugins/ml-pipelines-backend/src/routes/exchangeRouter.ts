import type { AuditorService } from '@backstage/backend-plugin-api';
import {
  AuthenticationError,
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import type { RunArtifact } from '@mlpipe/plugin-ml-pipelines-common';
import express, { Request, RequestHandler, Response, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import {
  ArtifactStore,
  ArtifactTooLargeError,
} from '../artifacts/ArtifactStore';
import { Sender, UploadLimitError, UploadStore } from '../exchange/UploadStore';
import type { WorkloadTokens } from '../exchange/WorkloadTokens';
import { parseInput } from '../http/parseInput';
import { sendArtifact } from '../http/sendArtifact';
import { runProgressSchema } from '../models/runtimeAnswers';
import { auditReads } from './auditReads';
import { audited } from './audited';

/*
 * What workloads on other machines fetch from the portal and hand in. Who
 * calls: pods of one pipeline, never people. So Backstage's own credentials do
 * not apply; the plugin registers the path as `unauthenticated`, and this
 * router demands the token of the pipeline that the path names. Uploads are
 * streamed: mount it before any body parser.
 */

/** To be registered with `httpRouter.addAuthPolicy({ path, allow: 'unauthenticated' })`. */
export const EXCHANGE_PATH = '/exchange';

/** Largest report of progress, in bytes. */
const PROGRESS_LIMIT = 64 * 1024;
const MOST_WORKERS = 64;
/** How long a sender whose artefact was cleaned away in the same moment should wait, in seconds. */
const RETRY_SECONDS = 1;

const fileNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/,
    'The name of a file has letters, digits, dots, dashes and underscores, at most 200, and begins with a letter or digit',
  );
const contentTypeSchema = z
  .string()
  .max(255)
  .regex(/^[\x20-\x7e]+$/)
  .catch('application/octet-stream');
const workerSchema = z.object({
  worker: z.coerce
    .number()
    .int()
    .min(0)
    .max(MOST_WORKERS - 1)
    .default(0),
});
/** RFC 9530; other algorithms than SHA-256 are ignored. */
const CONTENT_DIGEST = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/;

/** Options of {@link createExchangeRouter}. */
export interface ExchangeRouterOptions {
  tokens: Pick<WorkloadTokens, 'accepts'>;
  uploads: UploadStore;
  artifacts: ArtifactStore;
  auditor: AuditorService;
}

/** `/exchange/:pipeline/…`: artefacts to fetch, files and progress of runs to hand in. */
export function createExchangeRouter(options: ExchangeRouterOptions): Router {
  const { tokens, uploads, artifacts, auditor } = options;
  const router = PromiseRouter();
  const base = `${EXCHANGE_PATH}/:pipeline`;

  const authenticate: RequestHandler = (req, res, next) => {
    const [, token] =
      /^Bearer (\S{1,200})$/i.exec(req.get('authorization') ?? '') ?? [];
    if (!token || !tokens.accepts(req.params.pipeline, token)) {
      res.set('WWW-Authenticate', 'Bearer realm="exchange"');
      throw new AuthenticationError(
        'The token is not one of this pipeline. Hand its secrets over again: deploy the pipeline, or start the run again.',
      );
    }
    res.set('Cache-Control', 'no-store');
    next();
  };
  const reads = auditReads(auditor, { caller: false });

  router.get(
    `${base}/artifacts/:digest`,
    authenticate,
    reads,
    async (req, res) => {
      const { pipeline, digest } = req.params;
      const info =
        (await uploads.mayRead(pipeline, digest)) &&
        (await artifacts.stat(digest));
      if (!info) {
        throw new NotFoundError(
          `Pipeline "${pipeline}" has no artefact ${digest}.`,
        );
      }
      await sendArtifact(req, res, info, range =>
        artifacts.open(digest, range),
      );
    },
  );

  router.get(
    `${base}/runs/:run/files`,
    authenticate,
    reads,
    async (req, res) => {
      const sender = senderOf(req);
      await uploads.requireOpen(sender);
      res.json({ items: await uploads.list(sender.run) });
    },
  );

  router.get(
    `${base}/runs/:run/files/:name`,
    authenticate,
    reads,
    async (req, res) => {
      const sender = senderOf(req);
      await uploads.requireOpen(sender);
      const name = parseInput(fileNameSchema, req.params.name, 'name');
      const file = await uploads.get(sender.run, name);
      if (!file) {
        throw new NotFoundError(
          `Run ${sender.run} has sent no file "${name}".`,
        );
      }
      await sendArtifact(req, res, file, range =>
        artifacts.open(file.digest, range),
      );
    },
  );

  router.put(
    `${base}/runs/:run/files/:name`,
    authenticate,
    async (req, res) => {
      const sender = senderOf(req);
      try {
        const { created, ...file } = await audited(
          auditor,
          {
            eventId: 'run-upload',
            severityLevel: 'low',
            meta: { ...sender, name: req.params.name.slice(0, 200) },
          },
          async () => {
            const result = await take(req, sender);
            return {
              result,
              meta: { size: result.size, digest: result.digest },
            };
          },
        );
        res.status(created ? 201 : 200).json(file);
      } catch (error) {
        refuseUpload(req, res, error);
      }
    },
  );

  router.put(
    `${base}/runs/:run/progress`,
    authenticate,
    express.json({ limit: PROGRESS_LIMIT, type: () => true }),
    async (req, res) => {
      const sender = senderOf(req);
      await audited(
        auditor,
        { eventId: 'run-progress', severityLevel: 'low', meta: { ...sender } },
        async () => {
          const { worker } = parseInput(workerSchema, req.query, 'query');
          await uploads.saveProgress(
            sender,
            worker,
            parseInput(runProgressSchema, req.body, 'progress'),
          );
          return { result: undefined };
        },
      );
      res.status(204).end();
    },
  );

  /** Stores what comes in, first as content, then as a file of the run. */
  async function take(
    req: Request,
    sender: Sender,
  ): Promise<RunArtifact & { created: boolean }> {
    const name = parseInput(fileNameSchema, req.params.name, 'name');
    const announced = announcedDigest(req);
    // Before anything is read that would be refused.
    await uploads.requireOpen(sender);
    const stored = await artifacts.put(req);
    const file = {
      name,
      contentType: contentTypeSchema.parse(req.get('content-type')),
      ...stored,
    };
    try {
      if (announced !== undefined && announced !== stored.digest) {
        throw new InputError(
          `"${name}" arrived as ${stored.digest}, but was announced as ${announced}. Send it again.`,
        );
      }
      const created = await uploads.put(sender, file);
      // A clean-up that saw no run with this content may have removed it just before.
      if (!(await artifacts.stat(stored.digest))) {
        throw new ServiceUnavailableError(`"${name}" has to be sent again.`);
      }
      return { ...file, created };
    } catch (error) {
      await uploads.discard(stored.digest);
      throw error;
    }
  }

  return router;
}

/** The run of a path; its pipeline is the one whose token was shown. */
function senderOf(req: Request): Sender {
  return { pipeline: req.params.pipeline, run: req.params.run };
}

/** As the artefact store writes digests. @throws InputError for a digest in another form */
function announcedDigest(req: Request): string | undefined {
  const header = req.get('content-digest');
  if (header === undefined) {
    return undefined;
  }
  const [, digest] = CONTENT_DIGEST.exec(header) ?? [];
  if (!digest) {
    throw new InputError(
      'The header Content-Digest has no digest of the form sha-256=:base64:.',
    );
  }
  return `sha256:${Buffer.from(digest, 'base64').toString('hex')}`;
}

/** What is still on its way is not read, so that the connection must end. */
function refuseUpload(req: Request, res: Response, error: unknown): void {
  const { name, message } = error as Error;
  if (
    error instanceof ArtifactTooLargeError ||
    error instanceof UploadLimitError
  ) {
    res
      .status(413)
      .set('Connection', 'close')
      .json({ error: { name, message } });
    return;
  }
  if (!req.readableEnded) {
    res.set('Connection', 'close');
  }
  if (error instanceof ServiceUnavailableError) {
    res.set('Retry-After', String(RETRY_SECONDS));
  }
  throw error;
}
