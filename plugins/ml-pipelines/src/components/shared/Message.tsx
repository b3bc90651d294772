import type { ReactElement, ReactNode } from 'react';
import { Text } from '@backstage/ui';
import styles from './Message.module.css';

/** Takes the place of content that is not there: what, why, and what to do. */
export function Message(props: {
  icon?: ReactElement;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={styles.message}>
      {props.icon && (
        <span className={styles.icon} aria-hidden="true">
          {props.icon}
        </span>
      )}
      <Text as="h3" variant="title-x-small">
        {props.title}
      </Text>
      {props.children && (
        <Text as="div" variant="body-medium" color="secondary">
          {props.children}
        </Text>
      )}
      {props.actions && <div className={styles.actions}>{props.actions}</div>}
    </div>
  );
}
