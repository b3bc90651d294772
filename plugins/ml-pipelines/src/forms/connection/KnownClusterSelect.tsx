import { Select } from '@backstage/ui';
import { QueryState } from '../../components/shared/QueryState';
import { KnownCluster, useKnownClusters } from '../../hooks/useKnownClusters';
import { useText } from '../../translation';
import page from '../../components/shared/page.module.css';

/** Choice among the clusters that the portal knows. */
export function KnownClusterSelect(props: {
  value?: string;
  onChange: (cluster: KnownCluster) => void;
}) {
  const t = useText();
  const query = useKnownClusters(true);
  return (
    <QueryState query={query} height={60}>
      {clusters => {
        const chosen = clusters.find(({ id }) => id === props.value);
        return (
          <div className={page.tight}>
            <Select
              label={t('connection.known')}
              size="medium"
              selectionMode="single"
              isRequired
              isDisabled={clusters.length === 0}
              placeholder={t('connection.known.placeholder')}
              options={clusters.map(({ id, title, apiServer }) => ({
                id,
                label: apiServer
                  ? t('connection.context.option', {
                      name: title,
                      server: apiServer,
                    })
                  : title,
              }))}
              value={chosen?.id ?? null}
              onChange={key => {
                const cluster = clusters.find(({ id }) => id === key);
                if (cluster) {
                  props.onChange(cluster);
                }
              }}
            />
            <span className={page.muted} role="status">
              {clusters.length === 0 && t('connection.known.none')}
              {chosen && !chosen.apiServer && t('connection.known.noAddress')}
            </span>
          </div>
        );
      }}
    </QueryState>
  );
}
