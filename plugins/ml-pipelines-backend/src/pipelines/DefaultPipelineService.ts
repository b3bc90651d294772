import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  InvalidPipelineError,
  SavePipelineResponse,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { Alerting } from '../alerts/createAlerting';
import type { ChangeNotifier } from '../changes/ChangeNotifier';
import type { ApiKeyStore } from '../secrets/ApiKeyStore';
import type { PipelineService } from './PipelineService';
import type { PipelineStore } from './PipelineStore';
import type { PipelineValidator } from './PipelineValidator';

/** Options of {@link DefaultPipelineService}. */
export interface DefaultPipelineServiceOptions {
  store: PipelineStore;
  validator: PipelineValidator;
  apiKeys: Pick<ApiKeyStore, 'ensure'>;
  alerting: Pick<Alerting, 'endAll'>;
  notifier: ChangeNotifier;
}

/** Validates, stores, makes the API key of a new pipeline, tells others. */
export class DefaultPipelineService implements PipelineService {
  constructor(private readonly options: DefaultPipelineServiceOptions) {}

  async save(
    request: Parameters<PipelineService['save']>[0],
  ): Promise<SavePipelineResponse> {
    const { store, validator, apiKeys, notifier } = this.options;
    const { name, comment, origin, createdBy, baseRevision } = request;
    const { document, problems } = await validator.validate(request.document);
    if (!document) {
      throw new InvalidPipelineError(problems);
    }
    if (document.metadata.name !== name) {
      throw new InvalidPipelineError([
        {
          code: 'metadata.name',
          path: ['metadata', 'name'],
          severity: 'error',
          message: `The document is called "${document.metadata.name}", but it is being saved as "${name}".`,
          hint: `Write "name: ${name}", or save it under its own name.`,
          params: { name: document.metadata.name, expected: name },
        },
      ]);
    }
    const saved = await store.save({
      document,
      mode: validator.modeOf(document),
      dataSources: validator.dataSourcesOf(document),
      comment,
      origin,
      createdBy,
      baseRevision,
    });
    await apiKeys.ensure(name);
    const pipeline = await store.get(name);
    if (!pipeline) {
      throw new ConflictError(
        `Pipeline "${name}" was deleted by someone else right after it was saved. Save it again if it is still wanted.`,
      );
    }
    if (saved.changed) {
      await notifier.pipelineChanged(name);
    }
    return { pipeline, revision: saved.revision, changed: saved.changed };
  }

  async delete(name: string): Promise<void> {
    const { store, alerting } = this.options;
    const pipeline = await store.get(name);
    if (pipeline && pipeline.deployedRevision === undefined) {
      // Afterwards nobody knows any more whom to tell.
      await alerting.endAll(name);
    }
    if (!(await store.delete(name))) {
      throw new NotFoundError(`There is no pipeline "${name}".`);
    }
    await this.options.notifier.pipelineDeleted(name);
  }
}
