import {
  NodeCatalogue,
  nodeTypeEntries,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Router } from 'express';
import PromiseRouter from 'express-promise-router';

/**
 * `GET /node-types`: what a pipeline can be made of. Needs no permission, as
 * the document schema in the documentation says the same; signing in is
 * enough.
 */
export function createNodeTypesRouter(options: {
  catalogue: NodeCatalogue;
}): Router {
  const router = PromiseRouter();
  router.get('/node-types', (_req, res) => {
    res.json({ items: nodeTypeEntries(options.catalogue) });
  });
  return router;
}
