import { useId, useState } from 'react';
import { Radio, RadioGroup, TextAreaField } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  CreateRunRequest,
  runPagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { usePipeline } from '../../hooks/usePipeline';
import { useText } from '../../translation';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { formatBytes } from '../shared/format';
import styles from '../shared/page.module.css';
import own from './RunsTab.module.css';

const KINDS = ['batch', 'training', 'test'] as const;
type Kind = (typeof KINDS)[number];

/** Longest sample of a test. */
const MOST_LINES = 100_000;

/** Starts a run: scores a file, or tries the pipeline on a few lines. */
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
  const fileId = useId();
  const hintId = useId();
  // A source that never ends is no sample.
  const needsLines = kind === 'test' && !canBatch;
  const lines = text.split('\n').filter(line => line.trim());

  const start = async () => {
    const request: CreateRunRequest =
      kind === 'batch'
        ? {
            kind,
            ...(file && { input: (await api.uploadArtifact(file)).digest }),
          }
        : { kind, ...(kind === 'test' && lines.length > 0 && { lines }) };
    const run = await api.createRun(props.pipeline, request);
    navigate(runPagePath(props.pipeline, run.id));
  };

  return (
    <ConfirmDialog
      title={t('runs.start')}
      confirmLabel={t('runs.start.confirm')}
      isDisabled={
        !pipeline.value ||
        lines.length > MOST_LINES ||
        (needsLines && !lines.length)
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
          <Radio value="training" isDisabled={!canBatch}>
            {t('runs.start.training')}
          </Radio>
          <Radio value="test">{t('runs.start.test')}</Radio>
        </RadioGroup>
        {!canBatch && (
          <span className={styles.muted}>{t('runs.start.batch.none')}</span>
        )}
        {kind === 'batch' && (
          <div className={styles.tight}>
            <label htmlFor={fileId}>{t('runs.start.file')}</label>
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
                : t('runs.start.file.hint')}
            </span>
          </div>
        )}
        {kind === 'test' && (
          <TextAreaField
            label={t('runs.start.lines')}
            description={t(
              canBatch ? 'runs.start.lines.hint' : 'runs.start.lines.required',
            )}
            rows={8}
            value={text}
            onChange={setText}
            spellCheck="false"
          />
        )}
      </div>
    </ConfirmDialog>
  );
}
