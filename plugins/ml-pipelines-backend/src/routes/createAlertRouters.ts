import type {
  AuditorService,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { Router } from 'express';
import type { Knex } from 'knex';
import type { Alerting } from '../alerts/createAlerting';
import type { PipelineAuthorizer } from '../permissions/createPipelineAuthorizer';
import type { PipelineStore } from '../pipelines/PipelineStore';
import { MessageLimit } from '../stakeholders/MessageLimit';
import { StakeholderService } from '../stakeholders/StakeholderService';
import { createAlertsRouter } from './alertsRouter';
import { createStakeholdersRouter } from './stakeholdersRouter';

/** Options of {@link createAlertRouters}. */
export interface AlertRoutersOptions {
  alerting: Alerting;
  auditor: AuditorService;
  authorizer: PipelineAuthorizer;
  catalog: CatalogService;
  httpAuth: HttpAuthService;
  knex: Knex;
  notifications: NotificationService;
  pipelines: PipelineStore;
}

/** Alerts, silences, subscriptions, stakeholders. */
export function createAlertRouters(options: AlertRoutersOptions): Router[] {
  const { alerting, authorizer, knex } = options;
  const { store, subscriptions, settings } = alerting;
  return [
    createAlertsRouter({ ...options, store, service: alerting.service }),
    createStakeholdersRouter({
      ...options,
      authorize: authorizer.authorize,
      subscriptions,
      stakeholders: new StakeholderService({
        ...options,
        alerts: store,
        subscriptions,
        limit: new MessageLimit({ knex, perHour: settings.messagesPerHour }),
      }),
    }),
  ];
}
