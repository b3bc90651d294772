import { useMemo, useState } from 'react';
import { Alert, Button, ButtonLink, Text, TextField } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { useNavigate } from 'react-router-dom';
import { RiArrowLeftLine } from '@remixicon/react';
import {
  deploymentPagePath,
  diffDocuments,
  hasErrors,
  InvalidPipelineError,
  PipelineDetail,
  PipelineDocument,
  pipelinePagePath,
  Problem,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { AlertsEditor } from '../../forms/editors/AlertsEditor';
import { ComputeEditor } from '../../forms/editors/ComputeEditor';
import { useValidation } from '../../forms/fields/useValidation';
import { NodeParametersForm } from '../../forms/NodeParametersForm/NodeParametersForm';
import { useCatalogue } from '../../forms/useCatalogue';
import { useNodeText } from '../../forms/useNodeText';
import { usePipeline } from '../../hooks/usePipeline';
import { usePipelinePermissions } from '../../hooks/usePipelinePermissions';
import { useTargets } from '../../hooks/useTargets';
import { useText } from '../../translation';
import { ChangeList } from '../shared/ChangeList';
import { ProblemList } from '../shared/ProblemList';
import { QueryState } from '../shared/QueryState';
import { Section } from '../shared/Section';
import { StatusLabel } from '../shared/StatusLabel';
import styles from '../shared/page.module.css';
import own from './EditPage.module.css';

/** Changes parameters, resources and alerts of a pipeline; saving makes a revision. */
export function EditPage({ name }: { name: string }) {
  const pipeline = usePipeline(name);
  return (
    <QueryState query={pipeline} height={480}>
      {/* The editor starts from what was loaded first; polling must not undo typing. */}
      {value => <Editor pipeline={value} />}
    </QueryState>
  );
}

function Editor({ pipeline }: { pipeline: PipelineDetail }) {
  const t = useText();
  const text = useNodeText();
  const { catalogue, loading } = useCatalogue();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const navigate = useNavigate();
  const targets = useTargets();
  const { canDeploy } = usePipelinePermissions(pipeline.name);
  const [document, setDocument] = useState<PipelineDocument>(pipeline.document);
  const [comment, setComment] = useState('');
  const [busy, setBusy] = useState<'save' | 'deploy'>();
  const [refused, setRefused] = useState<{
    problems?: Problem[];
    message?: string;
  }>();
  const request = useMemo(() => JSON.stringify({ document }), [document]);
  const validation = useValidation(request);
  const { spec } = document;
  const pagePath = `${pipelinePagePath(pipeline.name)}/ml-pipeline`;
  const problems = validation.problems ?? [];
  const blocked = hasErrors(problems);

  const setSpec = (change: Partial<PipelineDocument['spec']>) => {
    setRefused(undefined);
    setDocument(old => ({ ...old, spec: { ...old.spec, ...change } }));
  };
  const save = async (deploy: boolean) => {
    setBusy(deploy ? 'deploy' : 'save');
    setRefused(undefined);
    try {
      const saved = await api.savePipeline(
        pipeline.name,
        document,
        comment || undefined,
      );
      if (deploy) {
        const deployment = await api.createDeployment(pipeline.name, {
          revision: saved.revision,
        });
        navigate(deploymentPagePath(pipeline.name, deployment.id));
        return;
      }
      toasts.post({
        title: t(saved.changed ? 'edit.saved' : 'edit.unchanged', {
          revision: String(saved.revision),
        }),
        status: saved.changed ? 'success' : 'info',
      });
      navigate(pagePath);
    } catch (cause) {
      setRefused(
        cause instanceof InvalidPipelineError
          ? { problems: cause.problems }
          : { message: toError(cause).message },
      );
      setBusy(undefined);
    }
  };
  const shownProblems = refused?.problems ?? problems;

  return (
    <div className={styles.stack}>
      <div className={styles.bar}>
        <Text as="h2" variant="title-small">
          {t('edit.title')}
        </Text>
        <ButtonLink
          size="small"
          variant="tertiary"
          iconStart={<RiArrowLeftLine />}
          href={pagePath}
        >
          {t('edit.back')}
        </ButtonLink>
      </div>
      {spec.nodes.map((node, index) => {
        const type = catalogue.get(node.type);
        return (
          <Section
            key={node.id}
            title={node.title ?? (type ? text.title(type) : node.type)}
            actions={<span className={styles.muted}>{node.id}</span>}
          >
            {type ? (
              <NodeParametersForm
                type={type}
                value={node.parameters}
                showMissing
                onChange={parameters =>
                  setSpec({
                    nodes: spec.nodes.map((old, i) =>
                      i === index ? { ...old, parameters } : old,
                    ),
                  })
                }
              />
            ) : (
              <Text as="p">
                {t(loading ? 'form.loadingTypes' : 'form.noType')}
              </Text>
            )}
          </Section>
        );
      })}
      <Section title={t('edit.compute')}>
        <ComputeEditor
          value={spec.compute}
          mode={pipeline.mode}
          target={targets.value?.find(x => x.name === spec.target)}
          onChange={compute =>
            setSpec({ compute: compute as PipelineDocument['spec']['compute'] })
          }
        />
      </Section>
      <Section title={t('edit.alerts')}>
        <AlertsEditor
          value={spec.alerts}
          onChange={alerts => setSpec({ alerts })}
        />
      </Section>
      <Section title={t('changes.edit')}>
        <ChangeList
          changes={diffDocuments(pipeline.document, document, catalogue)}
        />
      </Section>
      <div className={own.footer}>
        <div aria-live="polite" className={styles.stack}>
          {refused?.message && (
            <Alert
              status="danger"
              icon
              title={t('common.actionFailed')}
              description={refused.message}
            />
          )}
          {shownProblems.length > 0 ? (
            <ProblemList problems={shownProblems} label={t('edit.problems')} />
          ) : (
            <StatusLabel
              state={validation.checking ? 'planning' : 'ready'}
              text={t(validation.checking ? 'edit.checking' : 'edit.fits')}
            />
          )}
        </div>
        <TextField
          label={t('edit.comment')}
          description={t('edit.comment.hint')}
          maxLength={500}
          value={comment}
          onChange={setComment}
        />
        <div className={styles.actions}>
          <Button
            variant={canDeploy ? 'secondary' : 'primary'}
            isPending={busy === 'save'}
            isDisabled={blocked || busy !== undefined}
            onPress={() => save(false)}
          >
            {t('edit.save')}
          </Button>
          {canDeploy && (
            <Button
              variant="primary"
              isPending={busy === 'deploy'}
              isDisabled={blocked || busy !== undefined}
              onPress={() => save(true)}
            >
              {t('edit.saveAndDeploy')}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}
