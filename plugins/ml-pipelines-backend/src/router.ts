import type { AuditorService } from '@backstage/backend-plugin-api';
import express, { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { auditReads } from './routes/auditReads';
import { invalidPipelineMiddleware } from './routes/invalidPipelineMiddleware';

/** Largest body of the JSON API: a document with 200 nodes is far below. */
const BODY_LIMIT = '4mb';

/** Options of {@link createRouter}. */
export interface RouterOptions {
  auditor: AuditorService;
  /** Routers that read the body themselves; mounted before JSON is parsed. */
  raw?: Router[];
  /** Routers of the JSON API. */
  json: Router[];
}

/** Puts the routers of all features together. */
export function createRouter({
  auditor,
  raw = [],
  json,
}: RouterOptions): Router {
  const router = PromiseRouter();
  raw.forEach(part => router.use(part));
  router.use(auditReads(auditor));
  router.use(express.json({ limit: BODY_LIMIT }));
  json.forEach(part => router.use(part));
  router.use(invalidPipelineMiddleware());
  return router;
}
