import { Text } from '@backstage/ui';
import type { DocumentChange } from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { useChangeText } from './useChangeText';
import styles from './ChangeList.module.css';

const SIGNS: Array<[RegExp, string, string]> = [
  [/\.added$/, '+', styles.added],
  [/\.removed$/, '−', styles.removed],
];

/** What is different between two documents, a sentence each. */
export function ChangeList(props: {
  changes: DocumentChange[];
  /** Said in place of an empty list. */
  none?: string;
}) {
  const { changes } = props;
  const t = useText();
  const sentence = useChangeText();
  if (changes.length === 0) {
    return (
      <Text as="p" color="secondary">
        {props.none ?? t('changes.none')}
      </Text>
    );
  }
  return (
    <ul
      className={styles.list}
      aria-label={t('changes.count', { count: changes.length })}
    >
      {changes.map(change => {
        const [, sign, color] = SIGNS.find(([code]) =>
          code.test(change.code),
        ) ?? ['', '~', ''];
        return (
          <li
            key={`${change.code} ${change.path.join('.')}`}
            className={styles.item}
          >
            <span aria-hidden="true" className={`${styles.sign} ${color}`}>
              {sign}
            </span>
            <span>{sentence(change)}</span>
          </li>
        );
      })}
    </ul>
  );
}
