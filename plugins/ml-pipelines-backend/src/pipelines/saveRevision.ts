import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { isPostgres } from '../database/isPostgres';
import { documentDigest } from './documentDigest';
import { statusRank } from './listPipelines';
import type { SaveRevision } from './PipelineStore';
import { documentColumns, PipelineRow, RevisionRow } from './rows';

/**
 * Stores a document as the next revision, within a transaction.
 *
 * The pipeline's row is the lock: a second writer waits for it, or fails on
 * the primary key and is to be tried again.
 */
export async function saveRevision(tx: Knex.Transaction, save: SaveRevision) {
  const { document } = save;
  const { name } = document.metadata;
  const now = new Date().toISOString();
  const digest = documentDigest(document);
  const columns = {
    ...documentColumns(document),
    mode: save.mode,
    data_sources: JSON.stringify(save.dataSources),
  };

  const query = tx<PipelineRow>('pipelines').where({ name });
  if (isPostgres(tx)) {
    query.forUpdate();
  }
  const newest = await query.first('revision', 'digest');
  if (
    save.baseRevision !== undefined &&
    save.baseRevision !== (newest?.revision ?? 0)
  ) {
    throw new ConflictError(
      newest
        ? `Pipeline "${name}" was saved by someone else meanwhile: revision ${newest.revision} is newer than the ${save.baseRevision} that you started from. Reload it and apply your change again.`
        : `Pipeline "${name}" was deleted meanwhile.`,
    );
  }
  if (newest?.digest === digest) {
    // Where nodes are drawn is no part of what a revision says, but is kept.
    await tx<RevisionRow>('pipeline_revisions')
      .where({ pipeline: name, revision: newest.revision })
      .update({ document: JSON.stringify(document) });
    return { revision: newest.revision, changed: false, created: false };
  }

  const revision = (newest?.revision ?? 0) + 1;
  if (newest) {
    await tx<PipelineRow>('pipelines')
      .where({ name })
      .update({ ...columns, revision, digest, updated_at: now });
  } else {
    await tx<PipelineRow>('pipelines').insert({
      name,
      ...columns,
      revision,
      digest,
      status: 'draft',
      status_rank: statusRank('draft'),
      created_at: now,
      updated_at: now,
    });
  }
  await tx<RevisionRow>('pipeline_revisions').insert({
    pipeline: name,
    revision,
    document: JSON.stringify(document),
    digest,
    comment: save.comment ?? null,
    origin: save.origin ? JSON.stringify(save.origin) : null,
    created_by: save.createdBy,
    created_at: now,
  });
  const secrets = [...new Set(document.spec.secrets.map(s => s.name))];
  if (secrets.length) {
    await tx('pipeline_secret_references').insert(
      secrets.map(secret => ({ pipeline: name, revision, secret })),
    );
  }
  return { revision, changed: true, created: !newest };
}
