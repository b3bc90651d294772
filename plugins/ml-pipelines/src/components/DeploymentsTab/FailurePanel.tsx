import {
  Accordion,
  AccordionPanel,
  AccordionTrigger,
  Alert,
} from '@backstage/ui';
import type { DeploymentFailure } from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import styles from '../shared/page.module.css';

/** Cause, node and next step of a failed deployment. */
export function FailurePanel({ failure }: { failure: DeploymentFailure }) {
  const t = useText();
  return (
    <div className={styles.stack} role="alert">
      <Alert
        status="danger"
        icon
        title={
          failure.node
            ? `${t('common.node', { node: failure.node })}: ${failure.message}`
            : failure.message
        }
        description={failure.hint}
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
