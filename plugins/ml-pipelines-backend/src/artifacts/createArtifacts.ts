import type {
  AuditorService,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { Router } from 'express';
import { join } from 'node:path';
import type { Encryption } from '../encryption/Encryption';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import { createArtifactsRouter } from '../routes/artifactsRouter';
import type { ArtifactStore } from './ArtifactStore';
import { ArtifactUrls } from './ArtifactUrls';
import { FileSystemArtifactStore } from './FileSystemArtifactStore';

const LIMIT_KEY = 'mlPipelines.artifacts.maxMiB';
/** Largest upload unless configured. */
const DEFAULT_MIB = 1024;

/** Options of {@link createArtifacts}. */
export interface CreateArtifactsOptions {
  auditor: AuditorService;
  authorize: AuthorizeFn;
  config: Config;
  dataDir: string;
  discovery: DiscoveryService;
  encryption: Encryption;
}

/** The store of uploads, models and reports, with its routes. */
export interface Artifacts {
  store: ArtifactStore;
  urls: ArtifactUrls;
  /** Routers that read bodies themselves. */
  rawRouters: Router[];
  /** Removes what broken uploads have left. */
  start(): Promise<void>;
}

/** Puts the parts of the artefact store together. @throws InputError for a wrong limit */
export function createArtifacts(options: CreateArtifactsOptions): Artifacts {
  const { config, dataDir, discovery, encryption } = options;
  const maxMiB = config.getOptionalNumber(LIMIT_KEY) ?? DEFAULT_MIB;
  if (!(maxMiB > 0)) {
    throw new InputError(`${LIMIT_KEY} is ${maxMiB}: set a positive number.`);
  }
  const store = new FileSystemArtifactStore({
    folder: join(dataDir, 'artifacts'),
    maxBytes: maxMiB * 1024 ** 2,
  });
  const urls = new ArtifactUrls({
    keys: encryption.deriveKeys('artifact-urls'),
    baseUrl: () => discovery.getExternalBaseUrl('ml-pipelines'),
  });
  return {
    store,
    urls,
    rawRouters: [createArtifactsRouter({ ...options, store, urls })],
    start: () => store.cleanUp(),
  };
}
