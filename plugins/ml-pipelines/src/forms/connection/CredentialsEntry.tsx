import { Alert, PasswordField, Radio, RadioGroup, Select } from '@backstage/ui';
import { TextKey, useText } from '../../translation';
import { fieldCheck } from '../fieldCheck';
import type { ConnectionMethod } from './connectionValue';
import { CredentialsDraft, credentialsProblems } from './credentialsDraft';
import { FileTextEntry } from './FileTextEntry';
import { isLoopback, readKubeconfig } from './kubeconfig';
import page from '../../components/shared/page.module.css';

/** Entries for credentials; a kubeconfig with the choice of its context. */
export function CredentialsEntry(props: {
  method: ConnectionMethod;
  draft: CredentialsDraft;
  onChange: (draft: CredentialsDraft) => void;
  /** Chosen context of the kubeconfig; its current one when absent. */
  context?: string;
  /** Absent where the context is settled already. */
  onContext?: (context: string | undefined) => void;
}) {
  const { method, draft, context } = props;
  const t = useText();
  const set = (change: Partial<CredentialsDraft>) =>
    props.onChange({ ...draft, ...change });
  const problems = credentialsProblems(method, draft, context);

  if (method === 'kubeconfig') {
    const config = draft.kubeconfig.trim()
      ? readKubeconfig(draft.kubeconfig)
      : undefined;
    const contexts = (config && !config.problem && config.contexts) || [];
    const chosen =
      config && !config.problem
        ? contexts.find(({ name }) => name === (context ?? config.current))
        : undefined;
    return (
      <div className={page.stack}>
        <FileTextEntry
          label={t('connection.kubeconfig')}
          description={t('connection.kubeconfig.hint')}
          rows={8}
          isRequired
          value={draft.kubeconfig}
          problem={
            problems.kubeconfig &&
            t(`connection.kubeconfig.${problems.kubeconfig}` as TextKey)
          }
          onChange={kubeconfig => {
            set({ kubeconfig });
            props.onContext?.(undefined);
          }}
        />
        {contexts.length > 0 && (
          <Select
            label={t('connection.context')}
            size="medium"
            selectionMode="single"
            options={contexts.map(({ name, server }) => ({
              id: name,
              label: t('connection.context.option', { name, server }),
            }))}
            isDisabled={!props.onContext}
            value={chosen?.name ?? null}
            onChange={key => props.onContext?.(String(key))}
          />
        )}
        {chosen && isLoopback(chosen.server) && (
          <Alert
            status="warning"
            icon
            title={t('connection.loopback', { server: chosen.server })}
          />
        )}
      </div>
    );
  }
  return (
    <div className={page.stack}>
      <RadioGroup
        label={t('connection.by')}
        orientation="horizontal"
        value={draft.by}
        onChange={by =>
          set({ by: by === 'certificate' ? 'certificate' : 'token' })
        }
      >
        <Radio value="token">{t('connection.by.token')}</Radio>
        <Radio value="certificate">{t('connection.by.certificate')}</Radio>
      </RadioGroup>
      {draft.by === 'token' ? (
        <PasswordField
          label={t('connection.token')}
          value={draft.token}
          onChange={token => set({ token })}
          autoComplete="off"
          isRequired
          {...fieldCheck(problems.token && t('connection.token.invalid'))}
        />
      ) : (
        <>
          <FileTextEntry
            label={t('connection.certificate')}
            rows={4}
            isRequired
            value={draft.clientCertificate}
            problem={
              problems.clientCertificate && t('connection.certificate.invalid')
            }
            onChange={clientCertificate => set({ clientCertificate })}
          />
          <FileTextEntry
            label={t('connection.key')}
            rows={4}
            isRequired
            value={draft.clientKey}
            problem={problems.clientKey && t('connection.key.invalid')}
            onChange={clientKey => set({ clientKey })}
          />
        </>
      )}
    </div>
  );
}
