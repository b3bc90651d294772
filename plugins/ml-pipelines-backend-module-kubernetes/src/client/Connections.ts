import { createHash } from 'node:crypto';
import type { TargetRef } from '@mlpipe/plugin-ml-pipelines-node';
import type { KubernetesTargetConfig } from '../targetConfig';
import { ClusterConnection } from './ClusterConnection';

type Target = TargetRef<KubernetesTargetConfig>;

/** Something that lives as long as a connection, such as its watches. */
export interface Closable {
  close(): Promise<void>;
}

interface Entry {
  digest: string;
  connection: ClusterConnection;
  attached: Map<string, Closable>;
}

/** One connection for each target, made again when its configuration or credentials change. */
export class Connections {
  readonly #entries = new Map<string, Entry>();

  /** @throws InputError, AuthenticationError when the target says too little */
  get(target: Target): ClusterConnection {
    return this.#entry(target).connection;
  }

  /** What belongs to the present connection of a target, made when it is first asked for. */
  attached<T extends Closable>(
    target: Target,
    key: string,
    create: (connection: ClusterConnection) => T,
  ): T {
    const { attached, connection } = this.#entry(target);
    const found = attached.get(key) as T | undefined;
    const value = found ?? create(connection);
    attached.set(key, value);
    return value;
  }

  async forget(name: string): Promise<void> {
    const entry = this.#entries.get(name);
    this.#entries.delete(name);
    if (entry) {
      await closeAll(entry);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map(name => this.forget(name)));
  }

  #entry(target: Target): Entry {
    const digest = createHash('sha256')
      .update(JSON.stringify([target.config, target.credentials ?? null]))
      .digest('hex');
    const present = this.#entries.get(target.name);
    if (present?.digest === digest) {
      return present;
    }
    const entry = {
      digest,
      connection: new ClusterConnection(target),
      attached: new Map<string, Closable>(),
    };
    this.#entries.set(target.name, entry);
    if (present) {
      void closeAll(present);
    }
    return entry;
  }
}

async function closeAll({ attached, connection }: Entry): Promise<void> {
  await Promise.allSettled([...attached.values()].map(part => part.close()));
  await connection.close();
}
