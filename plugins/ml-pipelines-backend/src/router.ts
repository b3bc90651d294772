import express, { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { invalidPipelineMiddleware } from './routes/invalidPipelineMiddleware';

/** Largest body of the JSON API: a document with 200 nodes is far below. */
const BODY_LIMIT = '4mb';

/** Options of {@link createRouter}. */
export interface RouterOptions {
  /** Routers that read the body themselves; mounted before JSON is parsed. */
  raw?: Router[];
  /** Routers of the JSON API. */
  json: Router[];
}

/** Puts the routers of all features together. */
export function createRouter({ raw = [], json }: RouterOptions): Router {
  const router = PromiseRouter();
  raw.forEach(part => router.use(part));
  router.use(express.json({ limit: BODY_LIMIT }));
  json.forEach(part => router.use(part));
  router.use(invalidPipelineMiddleware());
  return router;
}
