import { useEffect, useState } from 'react';
import { Alert, Button, ButtonLink } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { makeFieldSchema } from '@backstage/plugin-scaffolder-react';
import { useLocation } from 'react-router-dom';
import {
  chainDocument,
  ChainForm,
  hasErrors,
  Problem,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { ProblemList } from '../../components/shared/ProblemList';
import { StatusLabel } from '../../components/shared/StatusLabel';
import { TextKey, useText } from '../../translation';
import { ANOMALY_CHAIN, formProperty } from '../formProperty';
import { useCatalogue } from '../useCatalogue';
import { formValues } from '../formValues';
import { FieldFrame } from './FieldFrame';
import { useValidation } from './useValidation';
import page from '../../components/shared/page.module.css';

/** Value: `valid` or `invalid`, so that the form can be held back; `chain` names the properties with nodes. */
export const reviewFieldSchema = makeFieldSchema({
  output: z => z.string(),
  uiOptions: z => z.object({ chain: z.array(z.string()).optional() }),
});

const STEPS = new Set([
  'name',
  'owner',
  'target',
  'title',
  'description',
  'alerts',
  'compute',
  'environment',
  ...ANOMALY_CHAIN,
]);

/** Checks the whole form the way the backend will, and says where to correct what. */
export function MlPipelineReviewField(props: typeof reviewFieldSchema.TProps) {
  const { formContext, uiSchema, onChange, schema, formData } = props;
  const t = useText();
  const chain = uiSchema?.['ui:options']?.chain ?? ANOMALY_CHAIN;
  const { catalogue } = useCatalogue();
  const form = formValues(formContext);
  const document = chainDocument(form, chain, catalogue);
  const validation = useValidation(JSON.stringify({ document }));
  const { problems } = validation;

  const outcome = problems && (hasErrors(problems) ? 'invalid' : 'valid');
  useEffect(() => {
    if (outcome && outcome !== formData) {
      onChange(outcome);
    }
  });

  const where = (problem: Problem) => {
    const property = formProperty(problem.path, chain);
    return property && STEPS.has(property)
      ? t('form.review.step', { step: t(`form.step.${property}` as TextKey) })
      : undefined;
  };
  return (
    <FieldFrame
      title={schema.title ?? t('form.review.title')}
      description={schema.description}
    >
      <div className={page.stack} aria-live="polite">
        {validation.error && (
          <Alert
            status="warning"
            icon
            title={t('form.review.unreachable')}
            description={validation.error.message}
            customActions={
              <Button size="small" onPress={validation.retry}>
                {t('common.retry')}
              </Button>
            }
          />
        )}
        {!validation.error && validation.checking && !problems && (
          <StatusLabel state="planning" text={t('form.review.checking')} />
        )}
        {problems && problems.length === 0 && (
          <StatusLabel state="ready" text={t('form.review.fits')} />
        )}
        {problems && problems.length > 0 && (
          <ProblemList
            problems={problems}
            label={t('form.review.problems')}
            where={where}
          />
        )}
      </div>
      <SaveDraft form={form} document={document} />
    </FieldFrame>
  );
}

/** Puts the form aside, to be resumed from *Drafts*. */
function SaveDraft(props: { form: ChainForm; document: unknown }) {
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const { pathname } = useLocation();
  const [state, setState] = useState<'idle' | 'busy' | 'saved'>('idle');
  const [error, setError] = useState<string>();
  const [, namespace, template] =
    pathname.match(/\/templates\/([^/]+)\/([^/]+)/) ?? [];

  const save = async () => {
    const { review: _, draftId, ...form } = props.form;
    const draft = {
      title: String(form.title ?? form.name ?? '').slice(0, 120) || undefined,
      templateRef: template
        ? `template:${decodeURIComponent(namespace)}/${decodeURIComponent(
            template,
          )}`
        : undefined,
      form,
      document: props.document,
    };
    setState('busy');
    setError(undefined);
    try {
      await (typeof draftId === 'string' && draftId
        ? api.updateDraft(draftId, draft)
        : api.createDraft(draft));
      setState('saved');
    } catch (cause) {
      setError(toError(cause).message);
      setState('idle');
    }
  };
  return (
    <div className={page.actions} aria-live="polite">
      {state === 'saved' ? (
        <>
          <StatusLabel state="ready" text={t('form.review.draftSaved')} />
          <ButtonLink
            size="small"
            variant="tertiary"
            href="/ml-pipelines/drafts"
          >
            {t('form.review.openDrafts')}
          </ButtonLink>
        </>
      ) : (
        <Button
          size="small"
          variant="secondary"
          isPending={state === 'busy'}
          onPress={save}
        >
          {t('form.review.saveDraft')}
        </Button>
      )}
      {error && <span role="alert">{error}</span>}
    </div>
  );
}
