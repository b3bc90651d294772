import {
  pipelineReadPermission,
  portfolioQuerySchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Request, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { parseInput } from '../http/parseInput';
import type { PipelineAuthorizer } from '../permissions/createPipelineAuthorizer';
import { portfolioCsv } from '../portfolio/portfolioCsv';
import type { PortfolioService } from '../portfolio/PortfolioService';

/** Options of {@link createPortfolioRouter}. */
export interface PortfolioRouterOptions {
  service: Pick<PortfolioService, 'get' | 'all'>;
  authorizer: Pick<PipelineAuthorizer, 'authorizeList'>;
}

/** `/portfolio` and `/portfolio.csv`: figures of the pipelines that the caller may read. */
export function createPortfolioRouter({
  service,
  authorizer,
}: PortfolioRouterOptions): Router {
  const router = PromiseRouter();

  const read = async (req: Request) => {
    const { filter } = await authorizer.authorizeList(
      req,
      pipelineReadPermission,
    );
    return { filter, query: parseInput(portfolioQuerySchema, req.query) };
  };

  router.get('/portfolio', async (req, res) => {
    const { query, filter } = await read(req);
    res.json(await service.get(query, filter));
  });

  router.get('/portfolio.csv', async (req, res) => {
    const { query, filter } = await read(req);
    const portfolio = await service.all(query, filter);
    const day = portfolio.to.slice(0, 10);
    res
      .type('text/csv; charset=utf-8')
      .attachment(`ml-pipelines-${day}.csv`)
      .send(portfolioCsv(portfolio));
  });

  return router;
}
