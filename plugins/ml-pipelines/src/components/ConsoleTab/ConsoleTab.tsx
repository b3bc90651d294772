import { useState } from 'react';
import { Alert, Button, Text, TextAreaField } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { RiSendPlaneLine } from '@remixicon/react';
import type { InvokeResponse } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { usePipelinePermissions } from '../../hooks/usePipelinePermissions';
import { usePipelineStatus } from '../../hooks/usePipelineStatus';
import { useText } from '../../translation';
import { Section } from '../shared/Section';
import { WithPipeline } from '../shared/WithPipeline';
import { Answer } from './Answer';
import { ApiKeySection } from './ApiKeySection';
import styles from '../shared/page.module.css';

/** Ordinary lines and one attempt to break in, so that there is something to see. */
const SAMPLE = [
  'Jan 10 06:25:41 web-1 sshd[4121]: Accepted publickey for deploy from 10.0.4.17 port 51234 ssh2',
  'Jan 10 06:25:43 web-1 CRON[4130]: pam_unix(cron:session): session opened for user root by (uid=0)',
  'Jan 10 06:25:44 web-1 sshd[4133]: Failed password for invalid user admin from 203.0.113.77 port 40022 ssh2',
].join('\n');

/** Sends lines through the running pipeline, and manages its API key. */
export function ConsoleTab() {
  return <WithPipeline>{name => <Console name={name} />}</WithPipeline>;
}

function Console({ name }: { name: string }) {
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const status = usePipelineStatus(name);
  const { canInvoke } = usePipelinePermissions(name);
  const [text, setText] = useState(SAMPLE);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const [answer, setAnswer] = useState<{
    lines: string[];
    response: InvokeResponse;
  }>();
  const lines = text.split('\n').filter(line => line.trim());
  const phase = status.value?.phase;
  const stopped = phase === 'absent' || phase === 'stopped';

  const send = async () => {
    setBusy(true);
    setError(undefined);
    try {
      setAnswer({ lines, response: await api.invoke(name, lines) });
    } catch (cause) {
      setError(toError(cause).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={styles.stack}>
      <Text as="p" color="secondary">
        {t('console.intro')}
      </Text>
      {stopped && <Alert status="info" icon title={t('console.notRunning')} />}
      {phase === 'learning' && (
        <Alert status="info" icon title={t('console.learning')} />
      )}
      {!canInvoke && (
        <Alert status="warning" icon title={t('common.noPermission')} />
      )}
      <TextAreaField
        label={t('console.lines')}
        description={t('console.lines.hint')}
        rows={6}
        value={text}
        onChange={setText}
        spellCheck="false"
      />
      <div>
        <Button
          variant="primary"
          iconStart={<RiSendPlaneLine />}
          isPending={busy}
          isDisabled={
            !canInvoke || stopped || lines.length === 0 || lines.length > 1000
          }
          onPress={send}
        >
          {t('console.send')}
        </Button>
      </div>
      <div aria-live="polite">
        {error && (
          <Alert
            status="danger"
            icon
            title={t('common.actionFailed')}
            description={error}
          />
        )}
        {answer && (
          <Section title={t('console.answer')}>
            <Answer lines={answer.lines} response={answer.response} />
          </Section>
        )}
      </div>
      {canInvoke && <ApiKeySection name={name} />}
    </div>
  );
}
