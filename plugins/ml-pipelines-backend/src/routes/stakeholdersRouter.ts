import type {
  AuditorService,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import {
  notifyStakeholdersRequestSchema,
  pipelineReadPermission,
  pipelineUpdatePermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Request, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import type { SubscriptionStore } from '../alerts/SubscriptionStore';
import { parseInput } from '../http/parseInput';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import { principalRef } from '../permissions/principalRef';
import type { StakeholderService } from '../stakeholders/StakeholderService';
import { audited } from './audited';

const subscriptionSchema = z.strictObject({ subscribed: z.boolean() });

/** Options of {@link createStakeholdersRouter}. */
export interface StakeholdersRouterOptions {
  authorize: AuthorizeFn;
  auditor: AuditorService;
  httpAuth: HttpAuthService;
  stakeholders: StakeholderService;
  subscriptions: SubscriptionStore;
}

/** Whom a pipeline concerns: stakeholders, messages to them, one's own subscription. */
export function createStakeholdersRouter(
  options: StakeholdersRouterOptions,
): Router {
  const { authorize, auditor, httpAuth, stakeholders, subscriptions } = options;
  const router = PromiseRouter();

  /** Only people subscribe, and only themselves. @throws NotAllowedError for a service */
  async function authorizeUser(req: Request, name: string): Promise<string> {
    await authorize(req, pipelineReadPermission, name);
    const { principal } = await httpAuth.credentials(req, { allow: ['user'] });
    return principal.userEntityRef;
  }

  router.get('/pipelines/:name/subscription', async (req, res) => {
    const { name } = req.params;
    const user = await authorizeUser(req, name);
    res.json({ subscribed: await subscriptions.has(name, user) });
  });

  router.put('/pipelines/:name/subscription', async (req, res) => {
    const { name } = req.params;
    const subscribed = await audited(
      auditor,
      {
        eventId: 'subscription-change',
        severityLevel: 'low',
        request: req,
        meta: { pipeline: name },
      },
      async () => {
        const user = await authorizeUser(req, name);
        const body = parseInput(subscriptionSchema, req.body);
        if (body.subscribed) {
          await subscriptions.add(name, user);
        } else {
          await subscriptions.remove(name, user);
        }
        return {
          result: body.subscribed,
          meta: { user, subscribed: body.subscribed },
        };
      },
    );
    res.json({ subscribed });
  });

  router.get('/pipelines/:name/stakeholders', async (req, res) => {
    const { name } = req.params;
    const credentials = await authorize(req, pipelineReadPermission, name);
    res.json({ items: await stakeholders.list(name, credentials) });
  });

  router.post('/pipelines/:name/stakeholders/notify', async (req, res) => {
    const { name } = req.params;
    const notified = await audited(
      auditor,
      {
        eventId: 'stakeholders-notify',
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
        const body = parseInput(notifyStakeholdersRequestSchema, req.body);
        const result = await stakeholders.tell(
          name,
          body,
          principalRef(credentials),
          credentials,
        );
        return {
          result,
          meta: {
            recipients: body.recipients.join(', '),
            ...(body.alert && { alert: body.alert }),
          },
        };
      },
    );
    res.json({ notified });
  });

  return router;
}
