import type {
  AuditorService,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { Router } from 'express';
import type { Knex } from 'knex';
import type { ArtifactStore } from '../artifacts/ArtifactStore';
import { createExchangeRouter } from '../routes/exchangeRouter';
import { DatabaseUploadStore } from './DatabaseUploadStore';
import { ExchangeUrls } from './ExchangeUrls';
import { RunExchanges } from './RunExchanges';
import type { UploadStore } from './UploadStore';
import type { WorkloadTokens } from './WorkloadTokens';

const LIMIT_KEY = 'mlPipelines.exchange.maxMiBPerRun';
/** Most that one run may send unless configured. */
const DEFAULT_MIB = 4096;

/** Options of {@link createExchange}. */
export interface CreateExchangeOptions {
  artifacts: ArtifactStore;
  auditor: AuditorService;
  config: Config;
  discovery: DiscoveryService;
  knex: Knex;
  workloadTokens: WorkloadTokens;
}

/** What workloads on other machines and the portal exchange. */
export interface Exchange {
  urls: ExchangeUrls;
  uploads: UploadStore;
  runs: RunExchanges;
  /** Mounted before any body parser; the router checks tokens of workloads. */
  rawRouters: Router[];
}

/** Puts the parts together. @throws InputError for a wrong limit or URL */
export function createExchange(options: CreateExchangeOptions): Exchange {
  const { artifacts, auditor, config, knex, workloadTokens } = options;
  const maxMiB = config.getOptionalNumber(LIMIT_KEY) ?? DEFAULT_MIB;
  if (!(maxMiB > 0)) {
    throw new InputError(`${LIMIT_KEY} is ${maxMiB}: set a positive number.`);
  }
  const urls = new ExchangeUrls(options);
  const uploads = new DatabaseUploadStore(knex, {
    bytesPerRun: maxMiB * 1024 ** 2,
  });
  return {
    urls,
    uploads,
    runs: new RunExchanges({ uploads, artifacts, urls }),
    rawRouters: [
      createExchangeRouter({
        tokens: workloadTokens,
        uploads,
        artifacts,
        auditor,
      }),
    ],
  };
}
