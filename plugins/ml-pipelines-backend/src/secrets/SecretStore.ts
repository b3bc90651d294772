import type { SecretInfo } from '@mlpipe/plugin-ml-pipelines-common';

/** Write-only for people; values leave only towards targets. */
export interface SecretStore {
  list(): Promise<SecretInfo[]>;
  /** Names of all secrets, for validation. */
  names(): Promise<ReadonlySet<string>>;
  /** Writes a value; its version goes up by one each time. */
  save(
    name: string,
    secret: { value: string; description?: string; updatedBy: string },
  ): Promise<SecretInfo>;
  /**
   * @throws NotFoundError
   * @throws ConflictError naming the pipelines that refer to it
   */
  delete(name: string): Promise<void>;
  /** Versions of secrets. @throws NotFoundError naming every missing secret */
  versions(names: string[]): Promise<Map<string, number>>;
  /**
   * Decrypted values with their versions, for the driver only.
   *
   * @throws NotFoundError naming every missing secret
   */
  reveal(
    names: string[],
  ): Promise<Map<string, { value: string; version: number }>>;
}
