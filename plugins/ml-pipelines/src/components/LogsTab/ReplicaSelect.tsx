import { Checkbox, Select } from '@backstage/ui';
import type { WorkloadReplica } from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';

/** Option for no filter; keys must not be empty. */
const ALL = 'all';

/** Choice of one replica, and of what ran before its last restart. */
export function ReplicaSelect(props: {
  replicas: WorkloadReplica[];
  replica?: string;
  previous: boolean;
  onChoose: (selection: { replica?: string; previous?: boolean }) => void;
}) {
  const { replicas, replica, previous, onChoose } = props;
  const t = useText();
  const found = replicas.find(({ id }) => id === replica);
  // One that is gone stays chosen: its log may still be there.
  const ids = [
    ...replicas.map(({ id }) => id),
    ...(replica && !found ? [replica] : []),
  ];
  if (ids.length === 0) {
    return null;
  }
  return (
    <>
      <Select
        size="small"
        aria-label={t('logs.replica')}
        selectionMode="single"
        options={[
          { id: ALL, label: t('logs.replica.all') },
          ...ids.map(id => ({ id, label: id })),
        ]}
        value={replica ?? ALL}
        onChange={key =>
          onChoose({ replica: key === ALL ? undefined : String(key) })
        }
      />
      {(found?.previous || previous) && (
        <Checkbox
          isSelected={previous}
          onChange={next => onChoose({ replica, previous: next })}
        >
          {t('logs.previous')}
        </Checkbox>
      )}
    </>
  );
}
