import { parse, stringify } from 'yaml';
import { z } from 'zod';

const named = <T extends z.ZodType>(key: string, value: T) =>
  z.looseObject({ name: z.string(), [key]: value });

const kubeconfigSchema = z.looseObject({
  'current-context': z.string().optional(),
  clusters: z
    .array(named('cluster', z.looseObject({ server: z.string() })))
    .min(1),
  users: z.array(named('user', z.looseObject({}).nullish())).min(1),
  contexts: z
    .array(
      named(
        'context',
        z.looseObject({ cluster: z.string(), user: z.string() }),
      ),
    )
    .min(1),
});

/** What of a kubeconfig can be shown and chosen. */
export interface KubeconfigContext {
  name: string;
  server: string;
  /** Why the portal cannot use it. */
  problem?: KubeconfigProblem;
}

/**
 * - `yaml`: it cannot be read
 * - `format`: it is no kubeconfig
 * - `dangling`: a context names a cluster or user that is not there
 * - `exec`: it would run a program on the portal to get credentials
 * - `files`: it refers to files of another machine
 * - `anonymous`: its user has no credentials
 */
export type KubeconfigProblem =
  | 'yaml'
  | 'format'
  | 'dangling'
  | 'exec'
  | 'files'
  | 'anonymous';

/** What a kubeconfig holds, or why it is none. */
export type Kubeconfig =
  | { problem: KubeconfigProblem }
  | { problem?: undefined; contexts: KubeconfigContext[]; current: string };

const FILES = [
  'certificate-authority',
  'client-certificate',
  'client-key',
  'tokenFile',
];
const CREDENTIALS = ['token', 'client-certificate-data', 'username'];

/**
 * Looks at a kubeconfig in the browser, before it is sent anywhere. What the
 * backend would refuse is said here, with the same reasons.
 */
export function readKubeconfig(text: string): Kubeconfig {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch {
    return { problem: 'yaml' };
  }
  const parsed = kubeconfigSchema.safeParse(raw);
  if (!parsed.success) {
    return { problem: 'format' };
  }
  const { clusters, users, contexts } = parsed.data;
  const list = contexts.map(({ name, context }): KubeconfigContext => {
    const { cluster: clusterName, user: userName } = context as {
      cluster: string;
      user: string;
    };
    const cluster = clusters.find(c => c.name === clusterName)?.cluster as
      | { server: string }
      | undefined;
    const found = users.find(u => u.name === userName);
    const user = (found?.user ?? {}) as Record<string, unknown>;
    const problem =
      cluster && found ? problemOf({ ...cluster }, user) : 'dangling';
    return { name: name as string, server: cluster?.server ?? '', problem };
  });
  const current = parsed.data['current-context'];
  return {
    contexts: list,
    current:
      list.find(context => context.name === current)?.name ?? list[0].name,
  };
}

function problemOf(
  cluster: Record<string, unknown>,
  user: Record<string, unknown>,
): KubeconfigProblem | undefined {
  if (user.exec || user['auth-provider']) {
    return 'exec';
  }
  if (FILES.some(key => cluster[key] || user[key])) {
    return 'files';
  }
  return CREDENTIALS.some(key => user[key]) ? undefined : 'anonymous';
}

/**
 * A kubeconfig with one context only, so that nothing else of it leaves the
 * browser. The text itself where it cannot be read.
 *
 * @param context - The current one when absent.
 */
export function onlyContext(text: string, context?: string): string {
  const read = readKubeconfig(text);
  if (read.problem) {
    return text;
  }
  const raw = kubeconfigSchema.parse(parse(text));
  const chosen = raw.contexts.find(
    ({ name }) => name === (context ?? read.current),
  );
  const names = chosen?.context as { cluster: string; user: string };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': chosen?.name,
    clusters: raw.clusters.filter(({ name }) => name === names?.cluster),
    users: raw.users.filter(({ name }) => name === names?.user),
    contexts: chosen ? [chosen] : [],
  });
}

/** Whether an address only works on the machine of the cluster itself. */
export function isLoopback(server: string): boolean {
  try {
    const { hostname } = new URL(server);
    return (
      hostname === 'localhost' ||
      hostname === '[::1]' ||
      hostname === '0.0.0.0' ||
      hostname.startsWith('127.')
    );
  } catch {
    return false;
  }
}
