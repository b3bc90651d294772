import { ReactNode, useId } from 'react';
import { Card, CardBody, CardHeader, Text } from '@backstage/ui';
import styles from './page.module.css';

/** A titled card; a landmark for screen readers. */
export function Section(props: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={props.className}>
      <Card style={{ height: '100%' }}>
        <CardHeader>
          <div className={styles.bar} style={{ marginBottom: 0 }}>
            <Text as="h2" id={id} variant="title-x-small">
              {props.title}
            </Text>
            {props.actions}
          </div>
        </CardHeader>
        <CardBody>{props.children}</CardBody>
      </Card>
    </section>
  );
}
