import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Router } from 'express';
import type { Knex } from 'knex';
import type { PipelineAuthorizer } from '../permissions/createPipelineAuthorizer';
import { createPortfolioRouter } from '../routes/portfolioRouter';
import type { TargetRegistry } from '../targets/TargetRegistry';
import { PortfolioService } from './PortfolioService';
import { PortfolioStore } from './PortfolioStore';
import { UsageCounter } from './UsageCounter';
import { UsageStore } from './UsageStore';

/** What is counted of pipelines, and who shows it. */
export interface PortfolioFeature {
  counter: UsageCounter;
  service: PortfolioService;
  usage: UsageStore;
  routers: Router[];
}

/** Puts the feature together. */
export function createPortfolio(options: {
  authorizer: Pick<PipelineAuthorizer, 'authorizeList'>;
  knex: Knex;
  logger: LoggerService;
  targets: TargetRegistry;
}): PortfolioFeature {
  const { authorizer, knex, logger, targets } = options;
  const usage = new UsageStore(knex);
  const service = new PortfolioService({
    store: new PortfolioStore(knex),
    usage,
    targets,
  });
  return {
    counter: new UsageCounter({ store: usage, targets, logger }),
    service,
    usage,
    routers: [createPortfolioRouter({ service, authorizer })],
  };
}
