import { ButtonLink } from '@backstage/ui';
import { RiArrowLeftLine } from '@remixicon/react';
import { useParams } from 'react-router-dom';
import { TARGETS_PATH } from '@mlpipe/plugin-ml-pipelines-common';
import { useTarget } from '../../hooks/useTarget';
import { useText } from '../../translation';
import { QueryState } from '../shared/QueryState';
import { TargetView } from './TargetView';
import styles from '../shared/page.module.css';

/** One target, by the name in the address. */
export function TargetPage() {
  const t = useText();
  const { name = '' } = useParams();
  const target = useTarget(name);
  return (
    <div className={styles.stack}>
      <div>
        <ButtonLink
          size="small"
          variant="tertiary"
          iconStart={<RiArrowLeftLine />}
          href={TARGETS_PATH}
        >
          {t('target.back')}
        </ButtonLink>
      </div>
      <QueryState
        query={target}
        height={480}
        errorTitle={t('target.loadError')}
      >
        {value => (
          <TargetView
            key={value.name}
            target={value}
            onChange={target.refresh}
          />
        )}
      </QueryState>
    </div>
  );
}
