import type { ReactNode } from 'react';
import { Alert } from '@backstage/ui';
import { PIPELINE_ANNOTATION } from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { usePipelineName } from './usePipelineName';
import styles from './page.module.css';

/** Hands the name of the entity's pipeline on, or says that there is none. */
export function WithPipeline(props: { children: (name: string) => ReactNode }) {
  const t = useText();
  const name = usePipelineName();
  return name ? (
    <div className={styles.tab}>{props.children(name)}</div>
  ) : (
    <Alert
      status="warning"
      icon
      title={t('pipeline.missing')}
      description={t('pipeline.missing.text', {
        annotation: PIPELINE_ANNOTATION,
      })}
    />
  );
}
