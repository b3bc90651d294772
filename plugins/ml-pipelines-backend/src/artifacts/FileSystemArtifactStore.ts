import { NotFoundError } from '@backstage/errors';
import type { ArtifactInfo } from '@mlpipe/plugin-ml-pipelines-common';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ArtifactStore, ArtifactTooLargeError } from './ArtifactStore';

const ALGORITHM = 'sha256:';
const DIGEST = new RegExp(`^${ALGORITHM}[0-9a-f]{64}$`);
/** An upload that has not grown for so long is not going on. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** Artefacts as files of the portal's data directory, named after their content. */
export class FileSystemArtifactStore implements ArtifactStore {
  readonly #folder: string;
  readonly #maxBytes: number;

  constructor(options: { folder: string; maxBytes: number }) {
    this.#folder = options.folder;
    this.#maxBytes = options.maxBytes;
  }

  async put(content: Readable): Promise<ArtifactInfo> {
    await mkdir(this.#incoming, { recursive: true, mode: 0o700 });
    const temporary = join(this.#incoming, randomUUID());
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
        // Unlike `write`, it goes on until all of it is written.
        await file.appendFile(chunk);
      }
      await file.sync();
      await file.close();
      const digest = `${ALGORITHM}${hash.digest('hex')}`;
      const shard = this.#shard(digest);
      await mkdir(shard, { recursive: true, mode: 0o700 });
      // The same content twice is the same file, so that the last one may win.
      await rename(temporary, this.#path(digest));
      await syncFolder(shard);
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

  async cleanUp(): Promise<void> {
    const names = await readdir(this.#incoming).catch(() => []);
    for (const name of names) {
      const path = join(this.#incoming, name);
      const found = await stat(path).catch(() => undefined);
      if (found && Date.now() - found.mtimeMs > ABANDONED_MS) {
        await rm(path, { force: true });
      }
    }
  }

  get #incoming() {
    return join(this.#folder, 'incoming');
  }

  // Folders of the first two digits keep listings short.
  #shard(digest: string) {
    return join(this.#folder, hexOf(digest).slice(0, 2));
  }

  #path(digest: string) {
    return join(this.#shard(digest), hexOf(digest));
  }
}

function hexOf(digest: string): string {
  return digest.slice(ALGORITHM.length);
}

/** A file is there after a power cut only when its folder was written, too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
