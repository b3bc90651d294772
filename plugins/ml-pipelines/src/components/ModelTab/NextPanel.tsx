import { Button, Link } from '@backstage/ui';
import { RiRestartLine } from '@remixicon/react';
import {
  ModelsView,
  pipelinePagePath,
  RuntimeRun,
  runPagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { formatNumber } from '../shared/format';
import { ProgressBar } from '../shared/ProgressBar';
import { Section } from '../shared/Section';
import type { OnAsk } from './ModelDialog';
import { useExplanation } from './useExplanation';
import styles from '../shared/page.module.css';

/** What happens next with the model, and how far a training is. */
export function NextPanel(props: {
  name: string;
  view: ModelsView;
  onAsk: OnAsk;
}) {
  const { name, view, onAsk } = props;
  const { training } = view;
  const t = useText();
  const explanation = useExplanation();
  return (
    <Section
      title={t('model.next.title')}
      actions={
        view.continuous && onAsk ? (
          <Button
            size="small"
            variant="secondary"
            iconStart={<RiRestartLine />}
            isDisabled={!view.champion || Boolean(training)}
            onPress={() => onAsk({ action: 'retrain' })}
          >
            {t('model.retrain')}
          </Button>
        ) : undefined
      }
    >
      <div className={styles.stack}>
        <div role="status">{explanation(view)}</div>
        {training && <Training name={name} training={training} />}
        {view.continuous ? (
          <span className={styles.muted}>{t('model.words.window')}</span>
        ) : (
          <span className={styles.muted}>
            {t('model.once.text')}{' '}
            <Link href={`${pipelinePagePath(name)}/ml-pipeline/edit`}>
              {t('action.edit')}
            </Link>
          </span>
        )}
      </div>
    </Section>
  );
}

function Training(props: { name: string; training: RuntimeRun }) {
  const { training } = props;
  const { progress } = training;
  const t = useText();
  return (
    <div className={styles.tight}>
      <ProgressBar
        label={t('model.training')}
        done={progress?.done ?? 0}
        total={progress?.total}
      />
      <span className={styles.muted}>
        {[
          t('model.training.because', {
            trigger: t(`run.trigger.${training.trigger}` as TextKey),
          }),
          progress &&
            t(`run.progress.${progress.unit}` as TextKey, {
              done: formatNumber(progress.done, 0),
              total:
                progress.total === undefined
                  ? '?'
                  : formatNumber(progress.total, 0),
            }),
        ]
          .filter(Boolean)
          .join(' · ')}
        {' · '}
        <Link href={runPagePath(props.name, training.id)}>
          {t('model.run.open')}
        </Link>
      </span>
    </div>
  );
}
