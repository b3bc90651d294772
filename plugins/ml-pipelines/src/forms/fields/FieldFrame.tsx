import { ReactNode, useId } from 'react';
import { Text } from '@backstage/ui';
import styles from './FieldFrame.module.css';

/** Title, description and content of a field that consists of several entries. */
export function FieldFrame(props: {
  title?: string;
  description?: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <div
      className={styles.frame}
      role="group"
      aria-labelledby={props.title ? id : undefined}
    >
      {props.title && (
        <Text as="h3" id={id} variant="title-x-small">
          {props.title}
        </Text>
      )}
      {props.description && (
        <Text as="p" variant="body-small" color="secondary">
          {props.description}
        </Text>
      )}
      {props.children}
    </div>
  );
}
