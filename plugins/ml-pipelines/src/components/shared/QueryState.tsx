import type { ReactNode } from 'react';
import { Alert, Button, Skeleton, VisuallyHidden } from '@backstage/ui';
import type { QueryResult } from '../../hooks/useQuery';
import { useText } from '../../translation';
import styles from './QueryState.module.css';

/**
 * Shows a skeleton until there is a value, an error with a way to try again
 * when there is none, and the value together with a warning when only the
 * latest refresh failed.
 */
export function QueryState<T>(props: {
  query: QueryResult<T>;
  /** Height of the skeleton in pixels, so that the page does not jump. */
  height?: number;
  errorTitle?: string;
  children: (value: T) => ReactNode;
}) {
  const { query, height = 160 } = props;
  const t = useText();
  const retry = (
    <Button size="small" variant="secondary" onPress={query.refresh}>
      {t('common.retry')}
    </Button>
  );
  if (query.value === undefined) {
    return query.error ? (
      <Alert
        status="danger"
        icon
        role="alert"
        title={props.errorTitle ?? t('common.loadError')}
        description={query.error.message}
        customActions={retry}
      />
    ) : (
      <div className={styles.skeleton} role="status" aria-busy="true">
        <VisuallyHidden>{t('common.loading')}</VisuallyHidden>
        <Skeleton width="40%" height={24} />
        <Skeleton width="100%" height={Math.max(24, height - 32)} />
      </div>
    );
  }
  return (
    <>
      {query.error && (
        <Alert
          status="warning"
          icon
          className={styles.stale}
          title={t('common.stale')}
          description={query.error.message}
          customActions={retry}
        />
      )}
      {props.children(query.value)}
    </>
  );
}
