import {
  Accordion,
  AccordionPanel,
  AccordionTrigger,
  Alert,
} from '@backstage/ui';
import type { DeploymentFailure } from '@mlpipe/plugin-ml-pipelines-common';
import { useDynamicText, useText } from '../../translation';
import { failureKey } from '../../translations/en/workloads';
import styles from '../shared/page.module.css';

/** Cause, node and next step of a failed deployment. */
export function FailurePanel({ failure }: { failure: DeploymentFailure }) {
  const t = useText();
  const dynamic = useDynamicText();
  const cause = dynamic(failureKey(failure.code), '');
  const where = failure.node && t('common.node', { node: failure.node });
  return (
    <div className={styles.stack} role="alert">
      <Alert
        status="danger"
        icon
        title={[where, cause || failure.message].filter(Boolean).join(': ')}
        description={
          <div className={styles.tight}>
            {cause && <span>{failure.message}</span>}
            <span>{failure.hint}</span>
          </div>
        }
      />
      {failure.excerpt && failure.excerpt.length > 0 && (
        <Accordion>
          <AccordionTrigger title={t('deployment.failure.excerpt')} />
          <AccordionPanel>
            <pre className={styles.code}>{failure.excerpt.join('\n')}</pre>
          </AccordionPanel>
        </Accordion>
      )}
    </div>
  );
}
