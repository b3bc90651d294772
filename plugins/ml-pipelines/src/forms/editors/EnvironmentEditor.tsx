import { useState } from 'react';
import { Button, ButtonIcon, Select, Text, TextField } from '@backstage/ui';
import { RiAddLine, RiDeleteBinLine, RiKey2Line } from '@remixicon/react';
import {
  environmentNameSchema,
  PipelineDocument,
} from '@mlpipe/plugin-ml-pipelines-common';
import { SecretDialog } from '../../components/SecretsPage/SecretDialog';
import { useSecrets } from '../../hooks/useSecrets';
import { useDynamicText, useText } from '../../translation';
import { problemKey } from '../../translations/en/problems';
import { fieldCheck } from '../fieldCheck';
import page from '../../components/shared/page.module.css';
import styles from './editors.module.css';

/** Environment of a pipeline: plain values, and names of secrets. */
export interface EnvironmentValue {
  environment: PipelineDocument['spec']['environment'];
  secrets: PipelineDocument['spec']['secrets'];
}

/** Whether every name is right, used once, and every secret is chosen. */
export function environmentFits(value: EnvironmentValue): boolean {
  const names = [
    ...value.environment.map(e => e.name),
    ...value.secrets.map(s => s.env),
  ];
  return (
    new Set(names).size === names.length &&
    names.every(name => environmentNameSchema.safeParse(name).success) &&
    value.secrets.every(secret => secret.name)
  );
}

/** Environment variables, and which secrets the pipeline gets under which name. */
export function EnvironmentEditor(props: {
  value: EnvironmentValue;
  onChange: (value: EnvironmentValue) => void;
}) {
  const { environment, secrets } = props.value;
  const t = useText();
  const dynamic = useDynamicText();
  const known = useSecrets();
  const [adding, setAdding] = useState(false);
  const names = [...environment.map(e => e.name), ...secrets.map(s => s.env)];

  const check = (name: string) => {
    if (name === '') {
      return undefined;
    }
    if (!environmentNameSchema.safeParse(name).success) {
      return dynamic(
        problemKey('schema.format.environmentName', 'hint'),
        name,
        { value: name },
      );
    }
    return names.filter(other => other === name).length > 1
      ? t('form.environment.duplicate')
      : undefined;
  };
  const setEnvironment = (next: EnvironmentValue['environment']) =>
    props.onChange({ environment: next, secrets });
  const setSecrets = (next: EnvironmentValue['secrets']) =>
    props.onChange({ environment, secrets: next });

  return (
    <div className={page.stack}>
      <Text as="h4" variant="body-medium" weight="bold">
        {t('form.environment.variables')}
      </Text>
      {environment.map((entry, index) => {
        const set = (change: Partial<typeof entry>) =>
          setEnvironment(
            environment.map((old, i) =>
              i === index ? { ...old, ...change } : old,
            ),
          );
        return (
          // eslint-disable-next-line react/no-array-index-key
          <div key={index} className={styles.row}>
            <TextField
              label={t('form.environment.name')}
              value={entry.name}
              onChange={name => set({ name })}
              {...fieldCheck(check(entry.name))}
            />
            <TextField
              label={t('form.environment.value')}
              value={entry.value}
              onChange={value => set({ value })}
            />
            <ButtonIcon
              variant="tertiary"
              icon={<RiDeleteBinLine />}
              aria-label={t('form.environment.remove', { name: entry.name })}
              onPress={() =>
                setEnvironment(environment.filter((_, i) => i !== index))
              }
            />
          </div>
        );
      })}
      {environment.length > 0 && (
        <span className={page.muted}>{t('form.environment.warning')}</span>
      )}
      <div>
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiAddLine />}
          onPress={() =>
            setEnvironment([...environment, { name: '', value: '' }])
          }
        >
          {t('form.environment.addVariable')}
        </Button>
      </div>
      <Text as="h4" variant="body-medium" weight="bold">
        {t('form.environment.secrets')}
      </Text>
      {secrets.map((secret, index) => {
        const set = (change: Partial<typeof secret>) =>
          setSecrets(
            secrets.map((old, i) =>
              i === index ? { ...old, ...change } : old,
            ),
          );
        return (
          // eslint-disable-next-line react/no-array-index-key
          <div key={index} className={styles.row}>
            <TextField
              label={t('form.environment.name')}
              value={secret.env}
              onChange={env => set({ env })}
              {...fieldCheck(check(secret.env))}
            />
            <Select
              label={t('form.environment.secret')}
              size="medium"
              selectionMode="single"
              options={(known.value ?? []).map(({ name }) => ({
                id: name,
                label: name,
              }))}
              placeholder={t('form.environment.chooseSecret')}
              value={secret.name || null}
              onChange={name => set({ name: String(name ?? '') })}
            />
            <ButtonIcon
              variant="tertiary"
              icon={<RiDeleteBinLine />}
              aria-label={t('form.environment.remove', { name: secret.env })}
              onPress={() => setSecrets(secrets.filter((_, i) => i !== index))}
            />
          </div>
        );
      })}
      <div className={page.actions}>
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiAddLine />}
          onPress={() => setSecrets([...secrets, { env: '', name: '' }])}
        >
          {t('form.environment.addSecret')}
        </Button>
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiKey2Line />}
          onPress={() => setAdding(true)}
        >
          {t('form.environment.newSecret')}
        </Button>
      </div>
      {adding && (
        <SecretDialog
          onClose={() => setAdding(false)}
          onSaved={name => {
            known.refresh();
            setSecrets([
              ...secrets,
              { env: name.toUpperCase().replace(/-/g, '_'), name },
            ]);
          }}
        />
      )}
    </div>
  );
}
