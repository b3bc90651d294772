import { ButtonLink } from '@backstage/ui';
import { RiArrowLeftLine } from '@remixicon/react';
import { useParams } from 'react-router-dom';
import { ALERTS_PATH } from '@mlpipe/plugin-ml-pipelines-common';
import { useAlert } from '../../hooks/useAlert';
import { useText } from '../../translation';
import { QueryState } from '../shared/QueryState';
import { AlertView } from './AlertView';
import styles from '../shared/page.module.css';

/** One alert, by the id in the address. */
export function AlertPage() {
  const t = useText();
  const { id = '' } = useParams();
  const alert = useAlert(id);
  return (
    <div className={styles.stack}>
      <div>
        <ButtonLink
          size="small"
          variant="tertiary"
          iconStart={<RiArrowLeftLine />}
          href={ALERTS_PATH}
        >
          {t('alerts.back')}
        </ButtonLink>
      </div>
      <QueryState query={alert} height={480} errorTitle={t('alert.loadError')}>
        {value => <AlertView alert={value} onChange={alert.refresh} />}
      </QueryState>
    </div>
  );
}
