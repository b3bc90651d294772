import { useId, useRef, useState } from 'react';
import { Button, TextAreaField } from '@backstage/ui';
import { RiFileUploadLine } from '@remixicon/react';
import { formatBytes } from '../../components/shared/format';
import { useText } from '../../translation';
import { fieldCheck } from '../fieldCheck';
import page from '../../components/shared/page.module.css';
import styles from './connection.module.css';

/** Larger files are none of those that are asked for here. */
const MOST_BYTES = 1024 ** 2;

/** Text that is pasted, or read from a file in the browser. */
export function FileTextEntry(props: {
  label: string;
  description?: string;
  value: string;
  problem?: string;
  rows?: number;
  isRequired?: boolean;
  onChange: (text: string) => void;
}) {
  const { label, problem, onChange, ...rest } = props;
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  const noteId = useId();
  const [note, setNote] = useState<string>();

  const read = async (file: File | undefined) => {
    if (!file) {
      return;
    }
    if (file.size > MOST_BYTES) {
      setNote(
        t('connection.file.tooLarge', {
          name: file.name,
          size: formatBytes(MOST_BYTES),
        }),
      );
      return;
    }
    onChange(await file.text());
    setNote(t('connection.file.chosen', { name: file.name }));
  };
  return (
    <div className={page.tight}>
      <TextAreaField
        {...rest}
        label={label}
        onChange={text => {
          setNote(undefined);
          onChange(text);
        }}
        className={styles.monospace}
        // Some browsers send what they check for spelling to a service.
        spellCheck="false"
        autoComplete="off"
        {...fieldCheck(problem)}
      />
      <div className={page.actions}>
        <input
          ref={input}
          type="file"
          hidden
          aria-label={`${t('connection.file')}: ${label}`}
          onChange={event => {
            read(event.target.files?.[0]);
            // So that the same file can be chosen again.
            event.target.value = '';
          }}
        />
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiFileUploadLine />}
          aria-label={`${t('connection.file')}: ${label}`}
          aria-describedby={noteId}
          onPress={() => input.current?.click()}
        >
          {t('connection.file')}
        </Button>
        <span id={noteId} className={page.muted} role="status">
          {note}
        </span>
      </div>
    </div>
  );
}
