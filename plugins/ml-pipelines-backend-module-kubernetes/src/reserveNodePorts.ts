import { createHash } from 'node:crypto';
import type { V1Service } from '@kubernetes/client-node';
import type { ClusterConnection } from './client/ClusterConnection';
import { core } from './paths';

/**
 * The part of the default range 30000–32767 that Kubernetes itself gives ports
 * from (kubernetes.io, "Choosing your own port").
 */
const FIRST_PORT = 30_086;
const LAST_PORT = 32_767;
/** How many ports are tried for each that is needed. */
const TRIES = 10;

/**
 * Names the node ports of a pipeline before Terraform plans, so that the plan
 * says where it will be reached: those that it has, else ones that are free.
 *
 * @param wanted - Services as they shall be
 * @param present - those of them that are there
 * @returns ports by the name of the Service's port; none where the cluster has
 * another range and chooses itself
 */
export async function reserveNodePorts(
  connection: ClusterConnection,
  wanted: V1Service[],
  present: V1Service[],
): Promise<Record<string, number>> {
  const ports: Record<string, number> = {};
  for (const { spec } of present) {
    for (const { name, nodePort } of spec?.ports ?? []) {
      if (name && nodePort) {
        ports[name] = nodePort;
      }
    }
  }
  for (const { metadata, spec } of wanted) {
    for (const { name, protocol } of spec?.ports ?? []) {
      const isReached = spec?.type && spec.type !== 'ClusterIP';
      if (name && isReached && ports[name] === undefined) {
        const free = await freePort(
          connection,
          `${metadata?.namespace}/${metadata?.name}/${name}`,
          protocol,
          new Set(Object.values(ports)),
        );
        if (free !== undefined) {
          ports[name] = free;
        }
      }
    }
  }
  return ports;
}

/** Asks the API server, which alone knows the ports of all namespaces, by dry runs. */
async function freePort(
  connection: ClusterConnection,
  key: string,
  protocol: string | undefined,
  taken: Set<number>,
): Promise<number | undefined> {
  const digest = createHash('sha256').update(key).digest();
  for (let number = 0; number < TRIES; number += 1) {
    const port =
      FIRST_PORT +
      (digest.readUInt16BE(number * 2) % (LAST_PORT - FIRST_PORT + 1));
    if (!taken.has(port)) {
      try {
        await tryPort(connection, port, protocol);
        return port;
      } catch (error) {
        const { name, message } = error as Error;
        if (name === 'NotFoundError') {
          // The namespace is made with the first deployment; nobody can be asked yet.
          return port;
        }
        if (name === 'NotAllowedError' || name === 'NotFoundError') {
          return undefined;
        }
        if (name !== 'InputError') {
          throw error;
        }
        if (!message.includes('already allocated')) {
          return undefined;
        }
      }
    }
  }
  return undefined;
}

/** Fails when the port is not free. Nothing is made. */
async function tryPort(
  connection: ClusterConnection,
  port: number,
  protocol: string | undefined,
): Promise<void> {
  const tryIn = (namespace: string) =>
    connection.post(`${core(namespace, 'services')}?dryRun=All`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { generateName: 'mlpipe-port-', namespace },
      spec: {
        type: 'NodePort',
        ports: [{ port: 80, nodePort: port, protocol }],
      },
    } satisfies V1Service);
  try {
    await tryIn(connection.namespace);
  } catch (error) {
    if ((error as Error).name !== 'NotFoundError') {
      throw error;
    }
    // The namespace comes with the first deployment; ports are of the whole cluster.
    await tryIn('default');
  }
}
