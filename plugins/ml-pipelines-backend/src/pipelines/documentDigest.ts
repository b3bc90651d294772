import {
  canonicalJson,
  PipelineDocument,
} from '@mlpipe/plugin-ml-pipelines-common';
import { createHash } from 'node:crypto';

/** SHA-256 (hex) of what a document says, whatever the order of its keys and where its nodes are drawn. */
export function documentDigest(document: PipelineDocument): string {
  return createHash('sha256').update(canonicalJson(document)).digest('hex');
}
