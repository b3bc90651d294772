import type {
  AuditorService,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import { NotAllowedError } from '@backstage/errors';
import {
  deleteTargetQuerySchema,
  probeTargetRequestSchema,
  saveTargetCredentialsRequestSchema,
  saveTargetRequestSchema,
  targetManagePermission,
  targetNameSchema,
  targetReadPermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import { principalRef } from '../permissions/principalRef';
import { readConfiguredClusters } from '../targets/readConfiguredClusters';
import type { TargetRegistry } from '../targets/TargetRegistry';
import { audited } from './audited';
import { parseInput } from '../http/parseInput';

/** The only one that is told what clusters are reached with. */
const KUBERNETES_PLUGIN = 'plugin:kubernetes';

/** `/targets`, and the clusters that could become one. */
export function createTargetsRouter(options: {
  config: Config;
  registry: TargetRegistry;
  authorize: AuthorizeFn;
  auditor: AuditorService;
  httpAuth: HttpAuthService;
}): Router {
  const { registry, authorize, auditor, httpAuth } = options;
  const router = PromiseRouter();

  router.get('/targets', async (req, res) => {
    await authorize(req, targetReadPermission);
    res.json({ items: await registry.describeAll() });
  });

  router.get('/targets/:name', async (req, res) => {
    await authorize(req, targetReadPermission);
    res.json(await registry.describe(req.params.name));
  });

  router.put('/targets/:name', async (req, res) => {
    const { name } = req.params;
    const target = await audited(
      auditor,
      {
        eventId: 'target-save',
        severityLevel: 'high',
        request: req,
        meta: { target: name },
      },
      async () => {
        const credentials = await authorize(req, targetManagePermission);
        parseInput(targetNameSchema, name, 'name of the target');
        const body = parseInput(saveTargetRequestSchema, req.body);
        return {
          result: await registry.save(name, body, principalRef(credentials)),
          meta: { kind: body.kind },
        };
      },
    );
    res.json(target);
  });

  router.put('/targets/:name/credentials', async (req, res) => {
    const { name } = req.params;
    const info = await audited(
      auditor,
      {
        eventId: 'target-credentials-save',
        severityLevel: 'high',
        request: req,
        meta: { target: name },
      },
      async () => {
        const credentials = await authorize(req, targetManagePermission);
        parseInput(targetNameSchema, name, 'name of the target');
        const body = parseInput(saveTargetCredentialsRequestSchema, req.body);
        const result = await registry.saveCredentials(
          name,
          body,
          principalRef(credentials),
        );
        return { result, meta: { kind: body.kind, version: result.version } };
      },
    );
    res.json(info);
  });

  // It makes the portal call an address of the caller's choice, as saving does.
  router.post('/targets/probe', async (req, res) => {
    const inspection = await audited(
      auditor,
      { eventId: 'target-probe', severityLevel: 'medium', request: req },
      async () => {
        const credentials = await authorize(req, targetManagePermission);
        const body = parseInput(probeTargetRequestSchema, req.body);
        const result = await registry.probe(body, principalRef(credentials));
        return {
          result,
          meta: {
            kind: body.kind,
            usable: result.usable,
            ...(body.name !== undefined && { target: body.name }),
          },
        };
      },
    );
    res.json(inspection);
  });

  router.get('/targets/:name/inspection', async (req, res) => {
    const { name } = req.params;
    const inspection = await audited(
      auditor,
      {
        eventId: 'target-inspect',
        severityLevel: 'low',
        request: req,
        meta: { target: name },
      },
      async () => {
        await authorize(req, targetManagePermission);
        const result = await registry.inspect(name);
        return { result, meta: { usable: result.usable } };
      },
    );
    res.json(inspection);
  });

  // Not below /targets, where every path of two segments is a target's name.
  router.get('/known-clusters', async (req, res) => {
    const items = await audited(
      auditor,
      { eventId: 'known-clusters', severityLevel: 'low', request: req },
      async () => {
        await authorize(req, targetManagePermission);
        const result = await readConfiguredClusters(options.config);
        return { result, meta: { clusters: result.length } };
      },
    );
    res.json({ items });
  });

  router.get('/targets/:name/cluster', async (req, res) => {
    const { name } = req.params;
    const access = await audited(
      auditor,
      {
        eventId: 'target-cluster-access',
        severityLevel: 'medium',
        request: req,
        meta: { target: name },
      },
      async () => {
        const { principal } = await httpAuth.credentials(req, {
          allow: ['service'],
        });
        if (principal.subject !== KUBERNETES_PLUGIN) {
          throw new NotAllowedError(
            `Only ${KUBERNETES_PLUGIN} is told what clusters are reached with.`,
          );
        }
        return { result: await registry.clusterAccess(name) };
      },
    );
    res.set('Cache-Control', 'no-store').json(access);
  });

  router.delete('/targets/:name', async (req, res) => {
    const { name } = req.params;
    await audited(
      auditor,
      {
        eventId: 'target-delete',
        severityLevel: 'high',
        request: req,
        meta: { target: name },
      },
      async () => {
        await authorize(req, targetManagePermission);
        const { forget } = parseInput(deleteTargetQuerySchema, req.query);
        const { kept } = await registry.delete(name, { forget });
        return {
          result: undefined,
          meta: { forget, ...(kept.length && { kept: kept.join(', ') }) },
        };
      },
    );
    res.status(204).end();
  });

  return router;
}
