import { ButtonLink } from '@backstage/ui';
import { RiBrainLine } from '@remixicon/react';
import { pipelinePagePath } from '@mlpipe/plugin-ml-pipelines-common';
import { useModels } from '../../hooks/useModels';
import { usePipeline } from '../../hooks/usePipeline';
import { useText } from '../../translation';
import { Message } from '../shared/Message';
import { QueryState } from '../shared/QueryState';
import { WithPipeline } from '../shared/WithPipeline';
import { Models } from './Models';

/** The model of a pipeline: which one scores, how the data drifts, what comes next. */
export function ModelTab() {
  return <WithPipeline>{name => <Model name={name} />}</WithPipeline>;
}

function Model({ name }: { name: string }) {
  const t = useText();
  const pipeline = usePipeline(name);
  const deployed = pipeline.value?.deployedRevision !== undefined;
  const models = useModels(name, { enabled: deployed });
  return (
    <QueryState query={pipeline} height={480}>
      {() =>
        deployed ? (
          <QueryState
            query={models}
            height={480}
            errorTitle={t('model.loadError')}
          >
            {view => (
              <Models name={name} view={view} onChange={models.refresh} />
            )}
          </QueryState>
        ) : (
          <Message
            icon={<RiBrainLine />}
            title={t('model.absent.title')}
            actions={
              <ButtonLink
                variant="primary"
                href={`${pipelinePagePath(name)}/ml-pipeline`}
              >
                {t('pipeline.open')}
              </ButtonLink>
            }
          >
            {t('model.absent.text')}
          </Message>
        )
      }
    </QueryState>
  );
}
