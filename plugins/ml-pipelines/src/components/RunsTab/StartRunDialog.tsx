import { useId, useState } from 'react';
import { Radio, RadioGroup, TextAreaField } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  CreateRunRequest,
  runFileNode,
  runPagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { NumberEntry } from '../../forms/NodeParametersForm/ParameterField';
import { useCatalogue } from '../../forms/useCatalogue';
import { usePipeline } from '../../hooks/usePipeline';
import { useTargetOf } from '../../hooks/useTargetOf';
import { TextKey, useText } from '../../translation';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { formatBytes } from '../shared/format';
import styles from '../shared/page.module.css';
import own from './RunsTab.module.css';

const KINDS = ['batch', 'training', 'test'] as const;
type Kind = (typeof KINDS)[number];

/** Longest sample of a test. */
const MOST_LINES = 100_000;

/** Starts a run: scores a file, trains on one, or tries the pipeline on a few lines. */
export function StartRunDialog(props: {
  pipeline: string;
  onClose: () => void;
}) {
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const navigate = useNavigate();
  const pipeline = usePipeline(props.pipeline);
  const canBatch = pipeline.value?.mode === 'batch';
  const [chosen, setChosen] = useState<Kind>();
  const kind = chosen ?? (canBatch ? 'batch' : 'test');
  const [file, setFile] = useState<File>();
  const [text, setText] = useState('');
  const [workers, setWorkers] = useState<unknown>();
  const { catalogue } = useCatalogue();
  const target = useTargetOf(pipeline.value);
  const mostWorkers = target?.capabilities.maxWorkers ?? 1;
  const tooMany =
    workers !== undefined &&
    !(
      Number.isInteger(workers) &&
      (workers as number) >= 1 &&
      (workers as number) <= mostWorkers
    );
  const fileId = useId();
  const hintId = useId();
  const takesFile = kind !== 'test';
  const takesLines = kind !== 'batch' && !(takesFile && file);
  const lines = text.split('\n').filter(line => line.trim());

  const document = pipeline.value?.document;
  // A source that never ends is no sample, and one without a file is none either.
  const needsSample =
    (!canBatch ||
      (document && runFileNode(document, catalogue) !== undefined)) &&
    !(takesFile && file) &&
    !(takesLines && lines.length > 0);

  const start = async () => {
    const request: CreateRunRequest = {
      kind,
      ...(takesFile &&
        file && { input: (await api.uploadArtifact(file)).digest }),
      ...(takesLines && lines.length > 0 && { lines }),
      ...(takesFile && typeof workers === 'number' && { workers }),
    };
    const run = await api.createRun(props.pipeline, request);
    navigate(runPagePath(props.pipeline, run.id));
  };

  return (
    <ConfirmDialog
      title={t('runs.start')}
      confirmLabel={t('runs.start.confirm')}
      isDisabled={
        !pipeline.value ||
        (takesLines && lines.length > MOST_LINES) ||
        needsSample ||
        tooMany
      }
      onConfirm={start}
      onClose={props.onClose}
    >
      <div className={styles.stack}>
        <RadioGroup
          label={t('runs.start.kind')}
          value={kind}
          onChange={value => setChosen(KINDS.find(known => known === value))}
        >
          <Radio value="batch" isDisabled={!canBatch}>
            {t('runs.start.batch')}
          </Radio>
          <Radio value="training">{t('runs.start.training')}</Radio>
          <Radio value="test">{t('runs.start.test')}</Radio>
        </RadioGroup>
        {!canBatch && (
          <span className={styles.muted}>{t('runs.start.batch.none')}</span>
        )}
        {takesFile && (
          <div className={styles.tight}>
            <label htmlFor={fileId}>
              {t(
                kind === 'batch' ? 'runs.start.file' : 'runs.start.file.train',
              )}
            </label>
            <input
              id={fileId}
              className={own.file}
              type="file"
              accept=".csv,.tsv,.txt,text/csv,text/plain"
              aria-describedby={hintId}
              onChange={event => setFile(event.target.files?.[0])}
            />
            <span id={hintId} className={styles.muted}>
              {file
                ? t('runs.start.file.chosen', {
                    name: file.name,
                    size: formatBytes(file.size),
                  })
                : t(fileHint(kind, canBatch))}
            </span>
          </div>
        )}
        {takesLines && (
          <TextAreaField
            label={t(
              kind === 'test' ? 'runs.start.lines' : 'runs.start.lines.train',
            )}
            description={t(
              canBatch ? 'runs.start.lines.hint' : 'runs.start.lines.required',
            )}
            rows={8}
            value={text}
            onChange={setText}
            spellCheck="false"
          />
        )}
        {takesFile && mostWorkers > 1 && (
          <NumberEntry
            label={t('run.workers')}
            description={t('runs.start.workers.hint')}
            secondaryLabel={t('form.range', {
              min: '1',
              max: String(mostWorkers),
            })}
            value={workers}
            placeholder={String(
              pipeline.value?.document?.spec.compute.workers ?? 1,
            )}
            problem={
              tooMany
                ? t('form.compute.limit', {
                    target: target?.title ?? '',
                    limit: String(mostWorkers),
                  })
                : undefined
            }
            onChange={setWorkers}
          />
        )}
      </div>
    </ConfirmDialog>
  );
}

function fileHint(kind: Kind, canBatch: boolean): TextKey {
  if (kind === 'batch') {
    return 'runs.start.file.hint';
  }
  return canBatch ? 'runs.start.file.train.hint' : 'runs.start.file.train.one';
}
