import { useState } from 'react';
import { Button, Radio, RadioGroup } from '@backstage/ui';
import { resourceNameSchema } from '@mlpipe/plugin-ml-pipelines-common';
import { StatusLabel } from '../../components/shared/StatusLabel';
import { TextKey, useText } from '../../translation';
import { AddressEntry } from './AddressEntry';
import { ConnectionCheckPanel } from './ConnectionCheckPanel';
import {
  CONNECTION_METHODS,
  ConnectionConfig,
  ConnectionValue,
  isServerAddress,
  needsAddress,
  needsCredentials,
} from './connectionValue';
import { credentialsOf, NO_CREDENTIALS } from './credentialsDraft';
import { CredentialsEntry } from './CredentialsEntry';
import { KnownClusterSelect } from './KnownClusterSelect';
import { useConnectionCheck } from './useConnectionCheck';
import page from '../../components/shared/page.module.css';
import styles from './connection.module.css';

/** Kind of the targets that are connected this way. */
const KIND = 'kubernetes';

/**
 * How to reach a cluster. Credentials are kept here only until the backend has
 * stored them; the value says no more than which version it has.
 */
export function ConnectionEditor(props: {
  value: ConnectionValue;
  onChange: (value: ConnectionValue) => void;
  /** Name that the target is to have. */
  target?: string;
  /** The rest of its configuration, which the check looks at too. */
  config: Record<string, unknown>;
}) {
  const { value, onChange } = props;
  const { method, config } = value;
  const t = useText();
  const [draft, setDraft] = useState(NO_CREDENTIALS);
  const [replacing, setReplacing] = useState(false);
  const target = resourceNameSchema.safeParse(props.target).data;
  const stored =
    value.credentials && value.credentials.target === target
      ? value.credentials
      : undefined;
  const check = useConnectionCheck(({ version }) => {
    onChange({ ...value, credentials: { target: target ?? '', version } });
    setDraft(NO_CREDENTIALS);
    setReplacing(false);
  });
  const entering = needsCredentials(method) && (!stored || replacing);
  const credentials = entering
    ? credentialsOf(method, draft, config.context)
    : undefined;

  const change = (next: ConnectionValue) => {
    check.forget();
    // The form's last step lists every key, also of what is not there.
    const given = Object.entries(next.config).filter(
      ([, part]) => part !== undefined,
    );
    onChange({ ...next, config: Object.fromEntries(given) });
  };
  const setConfig = (next: ConnectionConfig) =>
    change({ ...value, config: next });
  const complete =
    (!needsAddress(method) || isServerAddress(config.apiServer)) &&
    (!entering || credentials !== undefined);
  return (
    <div className={page.stack}>
      <RadioGroup
        label={t('connection.method')}
        value={method}
        onChange={key => {
          const next = CONNECTION_METHODS.find(known => known === key);
          if (next) {
            setDraft(NO_CREDENTIALS);
            setReplacing(false);
            change({
              method: next,
              config: next === 'inCluster' ? { inCluster: true } : {},
            });
          }
        }}
      >
        {CONNECTION_METHODS.map(key => (
          <Radio key={key} value={key}>
            <span className={styles.method}>
              {t(`connection.method.${key}` as TextKey)}
              <span className={page.muted}>
                {t(`connection.method.${key}.text` as TextKey)}
              </span>
            </span>
          </Radio>
        ))}
      </RadioGroup>
      {method === 'known' && (
        <KnownClusterSelect
          value={value.cluster}
          onChange={({ id, apiServer, caData, skipTlsVerify }) =>
            change({
              ...value,
              cluster: id,
              config: { apiServer, caData, skipTlsVerify },
            })
          }
        />
      )}
      {(method === 'server' || (method === 'known' && value.cluster)) && (
        <AddressEntry value={config} onChange={setConfig} />
      )}
      {stored && needsCredentials(method) && (
        <div className={page.actions}>
          <StatusLabel
            state="ready"
            text={t('connection.stored', { version: String(stored.version) })}
          />
          <Button
            size="small"
            variant="tertiary"
            onPress={() => {
              check.forget();
              setDraft(NO_CREDENTIALS);
              setReplacing(!replacing);
            }}
          >
            {t(replacing ? 'connection.keep' : 'connection.replace')}
          </Button>
        </div>
      )}
      {entering && (
        <>
          <CredentialsEntry
            method={method}
            draft={draft}
            onChange={next => {
              check.forget();
              setDraft(next);
            }}
            context={config.context}
            onContext={context => setConfig({ ...config, context })}
          />
          <span className={page.muted}>{t('connection.privacy')}</span>
        </>
      )}
      <ConnectionCheckPanel
        check={check}
        request={
          target && complete
            ? {
                kind: KIND,
                target,
                config: { ...props.config, ...config },
                credentials,
              }
            : undefined
        }
        missing={t(
          target ? 'connection.check.missing' : 'connection.nameFirst',
        )}
      />
    </div>
  );
}
