import { createHash } from 'node:crypto';
import { InputError, toError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { z, ZodType } from 'zod';

const pem = (what: string) =>
  z
    .string()
    .max(65_536)
    .regex(/-----BEGIN [A-Z ]+-----/, `${what} in PEM, with its BEGIN line`);

/**
 * Digests of kubeconfigs that were found right: every request to a target asks
 * again, and reading one takes several milliseconds.
 */
const accepted = new Set<string>();
const MAX_ACCEPTED = 1_000;

function remember(digest: string): void {
  if (accepted.size >= MAX_ACCEPTED) {
    accepted.clear();
  }
  accepted.add(digest);
}

/** How the portal proves to an API server who it is. */
export const kubernetesCredentialsSchema = z.union(
  [
    z.strictObject({
      kubeconfig: z
        .string()
        .max(262_144)
        .superRefine((text, context) => {
          const digest = createHash('sha256').update(text).digest('hex');
          if (accepted.has(digest)) {
            return;
          }
          try {
            readKubeconfig(text);
            remember(digest);
          } catch (error) {
            context.addIssue({
              code: 'custom',
              message: toError(error).message,
            });
          }
        }),
    }),
    z.strictObject({ token: z.string().trim().min(1).max(65_536) }),
    z.strictObject({
      clientCertificate: pem('The certificate'),
      clientKey: pem('The key'),
    }),
  ],
  {
    error:
      'Give a kubeconfig, a token, or a client certificate with its key, and nothing else',
  },
);

/** @see kubernetesCredentialsSchema */
export type KubernetesCredentials = z.output<
  typeof kubernetesCredentialsSchema
>;

/** For {@link TargetDriver.credentialsSchema}. */
export const credentialsSchema: ZodType<JsonObject> =
  kubernetesCredentialsSchema;

const text = z.string().min(1);

/** Kubernetes, "kubeconfig (v1)"; what is not used is not looked at. */
const kubeconfigSchema = z.object({
  clusters: z
    .array(
      z.object({
        name: text,
        cluster: z.object({
          server: text,
          'certificate-authority': z.unknown().optional(),
        }),
      }),
    )
    .min(1),
  users: z
    .array(
      z.object({
        name: text,
        user: z
          .object({
            exec: z.unknown().optional(),
            'auth-provider': z.unknown().optional(),
            'client-certificate': z.unknown().optional(),
            'client-key': z.unknown().optional(),
            tokenFile: z.unknown().optional(),
          })
          .nullish(),
      }),
    )
    .default([]),
  contexts: z
    .array(z.object({ name: text, context: z.looseObject({ cluster: text }) }))
    .min(1),
  'current-context': z.string().optional(),
});

/**
 * Reads a kubeconfig that somebody sent to the portal. What would make the
 * portal run a program or read one of its own files is refused before the
 * client library sees it.
 *
 * @throws InputError
 */
export function readKubeconfig(content: string): KubeConfig {
  const parsed = kubeconfigSchema.safeParse(parseYaml(content));
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw new InputError(
      `This is not a kubeconfig with clusters, users and contexts: ${
        path.join('.') || 'the text'
      }: ${message}`,
    );
  }
  for (const { name, user } of parsed.data.users) {
    if (user?.exec || user?.['auth-provider']) {
      throw new InputError(
        `The user "${name}" of the kubeconfig gets its credentials from a program, which the portal does not run. Make a service account for the portal and give its token.`,
      );
    }
    if (
      user?.['client-certificate'] ||
      user?.['client-key'] ||
      user?.tokenFile
    ) {
      throw filesOfAnotherMachine(`user "${name}"`);
    }
  }
  for (const { name, cluster } of parsed.data.clusters) {
    if (cluster['certificate-authority']) {
      throw filesOfAnotherMachine(`cluster "${name}"`);
    }
  }
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(content);
  return kubeConfig;
}

function parseYaml(content: string): unknown {
  try {
    return parse(content);
  } catch {
    // Parsers quote what they read, which may be a key.
    throw new InputError('This is not a kubeconfig: it is not YAML');
  }
}

function filesOfAnotherMachine(what: string): InputError {
  return new InputError(
    `The ${what} of the kubeconfig names files of the machine that it was made on. Write it with its data: kubectl config view --raw --flatten --minify.`,
  );
}
