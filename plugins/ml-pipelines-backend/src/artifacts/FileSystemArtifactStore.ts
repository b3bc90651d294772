import { NotFoundError } from '@backstage/errors';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  ArtifactInfo,
  ArtifactStore,
  ArtifactTooLargeError,
} from './ArtifactStore';

const DIGEST = /^[0-9a-f]{64}$/;

/** Artefacts as files of the portal's data directory, named after their content. */
export class FileSystemArtifactStore implements ArtifactStore {
  readonly #folder: string;
  readonly #maxBytes: number;

  constructor(options: { folder: string; maxBytes: number }) {
    this.#folder = options.folder;
    this.#maxBytes = options.maxBytes;
  }

  async put(content: Readable): Promise<ArtifactInfo> {
    const incoming = join(this.#folder, 'incoming');
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    const temporary = join(incoming, randomUUID());
    const hash = createHash('sha256');
    let size = 0;
    const file = await open(temporary, 'wx', 0o600);
    try {
      for await (const chunk of content) {
        size += chunk.length;
        if (size > this.#maxBytes) {
          throw new ArtifactTooLargeError(this.#maxBytes);
        }
        hash.update(chunk);
        await file.write(chunk);
      }
      await file.sync();
      await file.close();
      const digest = hash.digest('hex');
      await mkdir(this.#shard(digest), { recursive: true, mode: 0o700 });
      // The same content twice is the same file, so that the last one may win.
      await rename(temporary, this.#path(digest));
      return { digest, size };
    } catch (error) {
      await file.close().catch(() => {});
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async stat(digest: string): Promise<ArtifactInfo | undefined> {
    if (!DIGEST.test(digest)) {
      return undefined;
    }
    try {
      const { size } = await stat(this.#path(digest));
      return { digest, size };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        return undefined;
      }
      throw error;
    }
  }

  async open(
    digest: string,
    range?: { start: number; end: number },
  ): Promise<Readable> {
    if (!(await this.stat(digest))) {
      throw new NotFoundError(`There is no artefact ${digest}`);
    }
    return createReadStream(this.#path(digest), range);
  }

  async delete(digest: string): Promise<void> {
    if (DIGEST.test(digest)) {
      await rm(this.#path(digest), { force: true });
    }
  }

  // Folders of the first two digits keep listings short.
  #shard(digest: string) {
    return join(this.#folder, digest.slice(0, 2));
  }

  #path(digest: string) {
    return join(this.#shard(digest), digest);
  }
}
