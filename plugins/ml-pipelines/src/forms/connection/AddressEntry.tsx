import { Alert, Switch, TextField } from '@backstage/ui';
import { useState } from 'react';
import { useText } from '../../translation';
import { fieldCheck } from '../fieldCheck';
import { ConnectionConfig, isServerAddress } from './connectionValue';
import { FileTextEntry } from './FileTextEntry';
import { fromCaData, isCertificate, toCaData } from './pem';
import page from '../../components/shared/page.module.css';

/** Where the API server is, and how its certificate is verified. */
export function AddressEntry(props: {
  value: ConnectionConfig;
  onChange: (value: ConnectionConfig) => void;
}) {
  const { value, onChange } = props;
  const t = useText();
  // What is typed stays as it is; only what it means is handed on.
  const [ca, setCa] = useState(() => fromCaData(value.caData));
  const shown = toCaData(ca) === value.caData ? ca : fromCaData(value.caData);
  return (
    <div className={page.stack}>
      <TextField
        label={t('connection.apiServer')}
        description={t('connection.apiServer.hint')}
        isRequired
        inputMode="url"
        value={value.apiServer ?? ''}
        onChange={text =>
          onChange({ ...value, apiServer: text.trim() || undefined })
        }
        {...fieldCheck(
          value.apiServer && !isServerAddress(value.apiServer)
            ? t('connection.apiServer.invalid')
            : undefined,
        )}
      />
      {!value.skipTlsVerify && (
        <FileTextEntry
          label={t('connection.ca')}
          description={t('connection.ca.hint')}
          rows={4}
          value={shown}
          problem={
            shown.trim() && !isCertificate(shown)
              ? t('connection.ca.invalid')
              : undefined
          }
          onChange={text => {
            setCa(text);
            onChange({ ...value, caData: toCaData(text) });
          }}
        />
      )}
      <Switch
        label={t('connection.skipTls')}
        isSelected={value.skipTlsVerify ?? false}
        onChange={on => onChange({ ...value, skipTlsVerify: on || undefined })}
      />
      {value.skipTlsVerify && (
        <Alert status="warning" icon title={t('connection.skipTls.warning')} />
      )}
    </div>
  );
}
