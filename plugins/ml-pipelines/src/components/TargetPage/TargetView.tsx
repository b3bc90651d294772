import { Alert, Button } from '@backstage/ui';
import { RiRefreshLine } from '@remixicon/react';
import { usePermission } from '@backstage/plugin-permission-react';
import {
  Target,
  targetManagePermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useTargetInspection } from '../../hooks/useTargetInspection';
import { useText } from '../../translation';
import { InspectionChecks } from '../inspection/InspectionChecks';
import { formatAgo } from '../shared/format';
import { QueryState } from '../shared/QueryState';
import { Section } from '../shared/Section';
import { TargetCredentials } from './TargetCredentials';
import { TargetFacts } from './TargetFacts';
import { TargetHead } from './TargetHead';
import { TargetPipelines } from './TargetPipelines';
import styles from '../shared/page.module.css';

/**
 * A target: its state, what it has, what was checked, what runs on it. The
 * parts are loaded on their own, so that a dead target takes none with it.
 */
export function TargetView(props: { target: Target; onChange: () => void }) {
  const { target } = props;
  const t = useText();
  const manage = usePermission({ permission: targetManagePermission });
  const inspection = useTargetInspection(target.name, manage.allowed);
  const refresh = () => {
    props.onChange();
    inspection.refresh();
  };
  return (
    <>
      <TargetHead target={target} onChange={refresh} />
      {target.readOnly && (
        <Alert status="info" icon title={t('target.readOnly')} />
      )}
      <div className={styles.columns}>
        <Section title={t('target.facts')}>
          <TargetFacts target={target} inspection={inspection.value} />
        </Section>
        {manage.allowed && (
          <Section
            title={t('target.checks')}
            actions={
              <Button
                size="small"
                variant="secondary"
                iconStart={<RiRefreshLine />}
                isPending={inspection.busy}
                onPress={inspection.refresh}
              >
                {t('target.checks.again')}
              </Button>
            }
          >
            <QueryState
              query={inspection}
              height={280}
              errorTitle={t('target.checks.error')}
            >
              {value => (
                <div className={styles.stack}>
                  <span className={styles.muted} role="status">
                    {t('target.checks.when', {
                      time: formatAgo(value.inspectedAt),
                    })}
                  </span>
                  <InspectionChecks inspection={value} />
                </div>
              )}
            </QueryState>
          </Section>
        )}
      </div>
      <Section title={t('target.pipelines')}>
        <TargetPipelines target={target.name} />
      </Section>
      {(target.credentials || target.kind === 'kubernetes') && (
        <Section title={t('target.credentials')}>
          <TargetCredentials
            target={target}
            expiresAt={inspection.value?.credentialsExpireAt}
            onChange={refresh}
          />
        </Section>
      )}
    </>
  );
}
