import { NotAllowedError } from '@backstage/errors';
import { createHmac, timingSafeEqual } from 'node:crypto';

/** How long a URL is good for when nothing else is asked, in seconds. */
const DEFAULT_SECONDS = 15 * 60;

/** Options of {@link ArtifactUrls}. */
export interface ArtifactUrlsOptions {
  /** The first one signs, all of them verify, so that keys can be rotated. */
  keys: readonly Buffer[];
  /** Base URL of the plugin, as its callers reach it. */
  baseUrl: () => Promise<string>;
  now?: () => number;
}

/**
 * Short-lived URLs that stand for one permission: to read one artefact. Who
 * holds such a URL needs no account, e.g. a pod that fetches its documents.
 */
export class ArtifactUrls {
  readonly #options: ArtifactUrlsOptions;

  constructor(options: ArtifactUrlsOptions) {
    this.#options = options;
  }

  async download(digest: string, seconds = DEFAULT_SECONDS): Promise<string> {
    const expires = Math.floor(this.#now() / 1000) + seconds;
    const signature = sign(this.#options.keys[0], digest, expires);
    const url = new URL(`${await this.#options.baseUrl()}/artifacts/${digest}`);
    url.searchParams.set('expires', String(expires));
    url.searchParams.set('signature', signature.toString('hex'));
    return url.toString();
  }

  /** @throws NotAllowedError when the URL was altered or its time is over */
  verify(digest: string, expires: number, signature: string): void {
    const given = Buffer.from(signature, 'hex');
    const genuine = this.#options.keys.some(key => {
      const wanted = sign(key, digest, expires);
      return wanted.length === given.length && timingSafeEqual(wanted, given);
    });
    if (!genuine || expires * 1000 < this.#now()) {
      throw new NotAllowedError(
        'This link is not valid any more. Ask for a new one where you got it from.',
      );
    }
  }

  #now() {
    return (this.#options.now ?? Date.now)();
  }
}

function sign(key: Buffer, digest: string, expires: number): Buffer {
  return createHmac('sha256', key)
    .update(`GET\n${digest}\n${expires}`)
    .digest();
}
