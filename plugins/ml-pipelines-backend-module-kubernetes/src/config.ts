import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { z } from 'zod';
import { imageSchema, KubernetesTargetConfig } from './targetConfig';

/** The image that is published with this version of the portal. */
const DEFAULT_IMAGE = {
  repository: 'ghcr.io/mlpipe/pipeline-runtime',
  tag: '0.1.0',
  pullPolicy: 'IfNotPresent',
} as const;

/** `mlPipelines.kubernetes`, checked: what targets say nothing about. */
export interface KubernetesConfig {
  image: z.output<typeof imageSchema>;
  /** Where pods look for the portal unless their target says otherwise. */
  portalUrl?: string;
  /** Where the portal's pages are, to which alerts and dashboards link. */
  appUrl?: string;
}

/** An image as the container runtime is asked for it. */
export interface RuntimeImage {
  reference: string;
  pullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  pullSecret?: string;
}

/** Reads `mlPipelines.kubernetes`; names the wrong key in its error. */
export function readKubernetesConfig(config: Config): KubernetesConfig {
  const parsed = imageSchema.safeParse(
    config.getOptional('mlPipelines.kubernetes.image') ?? {},
  );
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(
      `Wrong configuration at mlPipelines.kubernetes.image.${issue.path.join(
        '.',
      )}: ${issue.message}`,
    );
  }
  return {
    image: parsed.data,
    portalUrl:
      config.getOptionalString('mlPipelines.exchange.url') ??
      config.getOptionalString('backend.baseUrl'),
    appUrl: config.getOptionalString('app.baseUrl'),
  };
}

/** The image of a target: its own settings, else the portal's, else the published one. */
export function runtimeImage(
  target: Pick<KubernetesTargetConfig, 'image'>,
  defaults: KubernetesConfig,
): RuntimeImage {
  const image = { ...DEFAULT_IMAGE, ...defaults.image, ...target.image };
  return {
    reference: `${mirrored(image.repository, image.registryMirror)}:${
      image.tag
    }`,
    pullPolicy: image.pullPolicy,
    ...(image.pullSecret && { pullSecret: image.pullSecret }),
  };
}

/**
 * The part before the first slash is a registry when it looks like a host
 * (Docker's reference grammar: a dot, a port, or `localhost`).
 */
function mirrored(repository: string, mirror?: string): string {
  if (!mirror) {
    return repository;
  }
  const [first, ...rest] = repository.split('/');
  const path =
    rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
      ? rest.join('/')
      : repository;
  return `${mirror.replace(/\/+$/, '')}/${path}`;
}
