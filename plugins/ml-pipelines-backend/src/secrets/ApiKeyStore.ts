/** API keys of the pipelines' endpoints. */
export interface ApiKeyStore {
  /** Creates a key unless there is one. */
  ensure(pipeline: string): Promise<void>;
  /** Replaces the key; the only time that a person sees it. */
  rotate(pipeline: string): Promise<string>;
  /** SHA-256 (hex) of the keys that the endpoint accepts. */
  hashes(pipeline: string): Promise<string[]>;
  /** The key itself, for the portal's own calls; undefined before `ensure`. */
  reveal(pipeline: string): Promise<string | undefined>;
  delete(pipeline: string): Promise<void>;
}
