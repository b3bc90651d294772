import type { Config } from '@backstage/config';
import type { ConfiguredCluster } from '@mlpipe/plugin-ml-pipelines-common';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

// https://backstage.io/docs/features/kubernetes/configuration; all else of an
// entry, its token above all, is left where it is.
const clusterSchema = z.object({
  name: z.string().min(1),
  title: z.string().optional().catch(undefined),
  url: z.string().min(1),
  caData: z.string().optional().catch(undefined),
  caFile: z.string().optional().catch(undefined),
  // A variable of the environment makes it text.
  skipTLSVerify: z
    .union([z.boolean(), z.stringbool()])
    .optional()
    .catch(undefined),
});
const methodSchema = z.object({
  type: z.literal('config'),
  clusters: z.array(z.unknown()),
});

/**
 * Clusters that the configuration of Backstage's Kubernetes plugin names, each
 * name once. What is wrong there is left out: that plugin says so itself.
 */
export async function readConfiguredClusters(
  config: Config,
): Promise<ConfiguredCluster[]> {
  const methods =
    config.getOptional<unknown>('kubernetes.clusterLocatorMethods') ?? [];
  const clusters = new Map<string, z.output<typeof clusterSchema>>();
  for (const method of Array.isArray(methods) ? methods : []) {
    for (const entry of methodSchema.safeParse(method).data?.clusters ?? []) {
      const { data } = clusterSchema.safeParse(entry);
      if (data && !clusters.has(data.name)) {
        clusters.set(data.name, data);
      }
    }
  }
  return Promise.all(
    [...clusters.values()].map(
      async ({ name, title, url, skipTLSVerify, ...ca }) => ({
        name,
        title,
        url,
        caData: ca.caData || (ca.caFile && (await readCa(ca.caFile))),
        skipTlsVerify: skipTLSVerify || undefined,
      }),
    ),
  );
}

/** The certificates of a file, in base64; undefined where it holds none. */
async function readCa(path: string): Promise<string | undefined> {
  try {
    const certificates = (await readFile(path, 'utf8')).match(
      /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g,
    );
    return (
      (certificates &&
        Buffer.from(`${certificates.join('\n')}\n`).toString('base64')) ??
      undefined
    );
  } catch {
    return undefined;
  }
}
