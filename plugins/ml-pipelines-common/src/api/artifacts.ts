/** What is known of a stored artefact. @public */
export interface ArtifactInfo {
  /** `sha256:` and 64 hexadecimal digits of the content: its name. */
  digest: string;
  /** Bytes. */
  size: number;
}

/** A link that anyone can download from for a short while, without an account. @public */
export interface ArtifactUrl {
  url: string;
}

/** Answer of `POST /artifacts`. @public */
export type ArtifactUpload = ArtifactInfo & ArtifactUrl;
