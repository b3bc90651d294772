import { useId, useState } from 'react';
import {
  Checkbox,
  CheckboxGroup,
  Select,
  Text,
  TextAreaField,
} from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import type {
  NotifyStakeholdersRequest,
  Stakeholder,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { useStakeholders } from '../../hooks/useStakeholders';
import { TextKey, useText } from '../../translation';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { entityName } from '../shared/format';
import { Message } from '../shared/Message';
import { QueryState } from '../shared/QueryState';
import styles from '../shared/page.module.css';

const SEVERITIES = ['critical', 'high', 'normal', 'low'] as const;
/** Longest message and most recipients that the backend takes. */
const MAX_MESSAGE = 2000;
const MAX_RECIPIENTS = 50;

/** What the message is about, and what to begin with. */
export interface TellSubject {
  pipeline: string;
  message: string;
  severity: NonNullable<NotifyStakeholdersRequest['severity']>;
  /** Page that the message links. */
  link: string;
  alert?: string;
  range?: NotifyStakeholdersRequest['range'];
}

/** Writes to those whom a pipeline concerns. */
export function TellDialog(props: {
  subject: TellSubject;
  onDone?: () => void;
  onClose: () => void;
}) {
  const { subject } = props;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const stakeholders = useStakeholders(subject.pipeline);
  const previewId = useId();
  const [chosen, setChosen] = useState<string[]>();
  const [message, setMessage] = useState(subject.message);
  const [severity, setSeverity] = useState(subject.severity);
  const all = (stakeholders.value ?? []).map(({ entityRef }) => entityRef);
  const recipients = (chosen ?? all).slice(0, MAX_RECIPIENTS);
  return (
    <ConfirmDialog
      title={t('tell.title')}
      confirmLabel={t('tell.send')}
      isDisabled={recipients.length === 0 || !message.trim()}
      onConfirm={async () => {
        const { notified } = await api.notifyStakeholders(subject.pipeline, {
          recipients,
          message: message.trim(),
          severity,
          ...(subject.alert && { alert: subject.alert }),
          ...(subject.range && { range: subject.range }),
        });
        toasts.post({
          title: t('tell.sent', { count: notified }),
          status: 'success',
          timeout: 5000,
        });
        props.onDone?.();
      }}
      onClose={props.onClose}
    >
      <div className={styles.stack}>
        <QueryState query={stakeholders} height={120}>
          {people =>
            people.length === 0 ? (
              <Message title={t('tell.recipients')}>
                {t('tell.recipients.none')}
              </Message>
            ) : (
              <CheckboxGroup
                label={t('tell.recipients')}
                description={t('tell.recipients.hint')}
                value={recipients}
                onChange={setChosen}
              >
                {people.map(person => (
                  <Recipient key={person.entityRef} person={person} />
                ))}
              </CheckboxGroup>
            )
          }
        </QueryState>
        <TextAreaField
          label={t('tell.message')}
          value={message}
          onChange={setMessage}
          maxLength={MAX_MESSAGE}
          rows={4}
          isRequired
          validationBehavior="aria"
          validate={text => (text.trim() ? true : t('tell.message.required'))}
        />
        <Select
          label={t('tell.severity')}
          size="medium"
          selectionMode="single"
          options={SEVERITIES.map(id => ({
            id,
            label: t(`tell.severity.${id}` as TextKey),
          }))}
          value={severity}
          onChange={key => setSeverity(key as typeof severity)}
        />
        <section aria-labelledby={previewId} className={styles.tight}>
          <Text as="h3" id={previewId} variant="body-small">
            {t('tell.preview')}
          </Text>
          <div className={styles.code}>
            {message.trim()}
            {'\n\n'}
            {t('tell.link', {
              link: `${window.location.origin}${subject.link}`,
            })}
          </div>
        </section>
      </div>
    </ConfirmDialog>
  );
}

function Recipient({ person }: { person: Stakeholder }) {
  const t = useText();
  return (
    <Checkbox value={person.entityRef}>
      {person.title}{' '}
      <Text as="span" color="secondary" variant="body-small">
        {t(`tell.role.${person.role}` as TextKey, {
          through: person.through ? entityName(person.through) : '',
        })}
      </Text>
    </Checkbox>
  );
}
