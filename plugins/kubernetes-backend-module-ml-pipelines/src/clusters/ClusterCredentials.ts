import type { KubernetesCredential } from '@backstage/plugin-kubernetes-node';
import type { TargetsClient } from './TargetsClient';

/** How long credentials are good for, in milliseconds: a page asks many times at once. */
const FRESH_MS = 5_000;

/** What clusters of ML pipelines are reached with, kept in memory for a moment. */
export class ClusterCredentials {
  readonly #answers = new Map<
    string,
    { at: number; credential: Promise<KubernetesCredential> }
  >();

  constructor(private readonly client: Pick<TargetsClient, 'access'>) {}

  async of(target: string): Promise<KubernetesCredential> {
    const known = this.#answers.get(target);
    if (known && performance.now() - known.at < FRESH_MS) {
      return known.credential;
    }
    const credential = this.#ask(target);
    const answer = { at: performance.now(), credential };
    this.#answers.set(target, answer);
    credential.catch(() => {
      if (this.#answers.get(target) === answer) {
        this.#answers.delete(target);
      }
    });
    return credential;
  }

  async #ask(target: string): Promise<KubernetesCredential> {
    const { credential } = await this.client.access(target);
    return credential.type === 'token'
      ? { type: 'bearer token', token: credential.token }
      : {
          type: 'x509 client certificate',
          cert: credential.certificate,
          key: credential.key,
        };
  }
}
