import { createHash } from 'node:crypto';
import {
  canonicalJson,
  PipelineDocument,
} from '@mlpipe/plugin-ml-pipelines-common';
import { z } from 'zod';
import type { PipelineStatus } from './client/hostAgentSchemas';

/** What the stack depends on besides the revision; stored with the plan. */
export const localFactsSchema = z.object({
  host: z.string(),
  port: z.number().int(),
  /** `null` for a batch, which listens nowhere. */
  endpoint: z.string().nullable(),
  /** The release that shall have the traffic: the running one where it is what is wanted. */
  release: z.string(),
  /** What has the traffic now, for whoever reads the plan. */
  running: z
    .object({
      release: z.string(),
      revision: z.number().nullable(),
      state: z.string(),
    })
    .nullable(),
});

/** Recognises what a release runs: the same digest means that nothing would change. */
export function releaseDigest(content: {
  document: PipelineDocument;
  revision: number;
  host: string;
  port: number;
  secretsVersion?: string;
  user?: string;
}): string {
  const { document, revision, host, port, secretsVersion, user } = content;
  return createHash('sha256')
    .update(canonicalJson(document))
    .update(
      JSON.stringify([
        revision,
        host,
        port,
        secretsVersion ?? null,
        user ?? null,
      ]),
    )
    .digest('hex');
}

/**
 * Names the release of a plan, so that it differs from the one in Terraform's
 * state exactly when something has to be brought up: Terraform itself never
 * sees that a process has gone.
 */
export function chooseRelease(options: {
  /** Name that the deployment would give. */
  wanted: string;
  digest: string;
  force: boolean;
  status?: PipelineStatus;
}): string {
  const { wanted, digest, force, status } = options;
  const active = status?.releases.find(r => r.release === status.active);
  const alive =
    active !== undefined &&
    ['running', 'starting', 'ready'].includes(active.state);
  if (active && alive && active.digest === digest) {
    const own =
      active.release === wanted || active.release.startsWith(`${wanted}.`);
    if (own || !force) {
      return active.release;
    }
  }
  // A name that once had the traffic is in the state already and would change nothing.
  const used = new Set(
    status?.releases.filter(r => !r.failure).map(r => r.release),
  );
  let name = wanted;
  for (let number = 2; used.has(name); number += 1) {
    name = `${wanted}.${number}`;
  }
  return name;
}
