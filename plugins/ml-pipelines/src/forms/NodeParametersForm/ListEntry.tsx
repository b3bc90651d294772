import { useId } from 'react';
import { Button, ButtonIcon, TextField } from '@backstage/ui';
import { RiAddLine, RiDeleteBinLine } from '@remixicon/react';
import { useText } from '../../translation';
import { fieldCheck } from '../fieldCheck';
import styles from './ListEntry.module.css';

/** Entry of any number of texts, one below the other. */
export function ListEntry(props: {
  label: string;
  description?: string;
  value: string[];
  /** What is wrong with one of them, in words. */
  problem?: string;
  isDisabled?: boolean;
  onChange: (value: string[]) => void;
  onBlur?: () => void;
}) {
  const { label, value, isDisabled, onChange } = props;
  const t = useText();
  const description = useId();
  return (
    <fieldset
      className={styles.list}
      aria-describedby={props.description && description}
    >
      <legend className={styles.legend}>{label}</legend>
      {props.description && (
        <div id={description} className={styles.description}>
          {props.description}
        </div>
      )}
      {value.map((entry, index) => (
        // Entries have no identity of their own; they change as they are typed.
        // eslint-disable-next-line react/no-array-index-key
        <div key={index} className={styles.entry}>
          <TextField
            aria-label={t('form.list.entry', {
              title: label,
              number: String(index + 1),
            })}
            value={entry}
            isDisabled={isDisabled}
            onChange={next =>
              onChange(value.map((old, i) => (i === index ? next : old)))
            }
            onBlur={props.onBlur}
            {...fieldCheck(
              index === value.length - 1 ? props.problem : undefined,
            )}
          />
          <ButtonIcon
            variant="tertiary"
            icon={<RiDeleteBinLine />}
            aria-label={t('form.list.remove', { number: String(index + 1) })}
            isDisabled={isDisabled}
            onPress={() => onChange(value.filter((_, i) => i !== index))}
          />
        </div>
      ))}
      {value.length === 0 && props.problem && (
        <div role="alert" className={styles.problem}>
          {props.problem}
        </div>
      )}
      <div>
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiAddLine />}
          isDisabled={isDisabled}
          onPress={() => onChange([...value, ''])}
        >
          {t('form.list.add')}
        </Button>
      </div>
    </fieldset>
  );
}
