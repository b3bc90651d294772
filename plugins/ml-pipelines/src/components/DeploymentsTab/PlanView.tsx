import {
  Accordion,
  AccordionPanel,
  AccordionTrigger,
  Text,
} from '@backstage/ui';
import type {
  PlannedChange,
  PlanSummary,
} from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import styles from '../shared/page.module.css';
import own from './PlanView.module.css';

/** What a deployment adds, changes and removes. */
export function PlanView(props: { plan?: PlanSummary; ended: boolean }) {
  const { plan } = props;
  const t = useText();
  if (!plan) {
    return (
      <Text as="p" color="secondary">
        {t(props.ended ? 'common.none' : 'deployment.plan.waiting')}
      </Text>
    );
  }
  const changes = plan.changes.filter(
    c => c.action !== 'no-op' && c.action !== 'read',
  );
  const totals = {
    add: String(plan.add),
    change: String(plan.change),
    remove: String(plan.remove),
  };
  return (
    <div className={styles.stack}>
      <Text as="p">{t('deployments.changes.label', totals)}</Text>
      {changes.length === 0 ? (
        <Text as="p" color="secondary">
          {t('deployment.plan.none')}
        </Text>
      ) : (
        <Changes changes={changes} />
      )}
      {plan.drift.length > 0 && (
        <>
          <Text as="h3" variant="body-medium" weight="bold">
            {t('deployment.plan.drift')}
          </Text>
          <Changes changes={plan.drift} />
        </>
      )}
      <span className={styles.muted}>
        {t('deployment.plan.version', {
          version: plan.terraformVersion,
          serial: String(plan.stateSerial),
        })}
      </span>
    </div>
  );
}

function Changes({ changes }: { changes: PlannedChange[] }) {
  const t = useText();
  return (
    <div className={styles.tight}>
      {changes.map(change => (
        <Accordion key={change.address}>
          <AccordionTrigger
            title={`${t(`deployment.plan.${change.action}` as TextKey)}: ${
              change.description ?? change.address
            }`}
            subtitle={change.description && change.address}
          />
          <AccordionPanel>
            <Attributes change={change} />
          </AccordionPanel>
        </Accordion>
      ))}
    </div>
  );
}

function Attributes({ change }: { change: PlannedChange }) {
  const t = useText();
  if (!change.changes?.length) {
    return <span className={styles.muted}>{t('common.none')}</span>;
  }
  return (
    <div className={own.scroll}>
      <table className={own.table}>
        <thead>
          <tr>
            <th scope="col">{t('deployment.plan.attribute')}</th>
            <th scope="col">{t('deployment.plan.before')}</th>
            <th scope="col">{t('deployment.plan.after')}</th>
          </tr>
        </thead>
        <tbody>
          {change.changes.map(({ attribute, before, after }) => (
            <tr key={attribute}>
              <th scope="row">{attribute}</th>
              <td>{show(before)}</td>
              <td>{show(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function show(value: unknown): string {
  if (value === undefined || value === null) {
    return '–';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
