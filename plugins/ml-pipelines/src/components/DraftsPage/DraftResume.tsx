import {
  Alert,
  ButtonLink,
  Card,
  CardBody,
  CardHeader,
  Container,
  Text,
} from '@backstage/ui';
import { useParams } from 'react-router-dom';
import { useDraft } from '../../hooks/useDraft';
import { useText } from '../../translation';
import { ProblemList } from '../shared/ProblemList';
import { QueryState } from '../shared/QueryState';
import { draftFormPath } from './draftFormPath';
import styles from '../shared/page.module.css';

/** Shows what is wrong with a draft, then leads to its form with everything filled in. */
export function DraftResume() {
  const t = useText();
  const { id = '' } = useParams();
  const draft = useDraft(id);
  return (
    <Container className={styles.page}>
      <QueryState query={draft} height={240}>
        {value => {
          const path = draftFormPath(value);
          return (
            <Card className={styles.narrow}>
              <CardHeader>
                <Text as="h2" variant="title-small">
                  {value.title ?? t('drafts.untitled')}
                </Text>
              </CardHeader>
              <CardBody>
                <div className={styles.stack}>
                  {value.problems.length ? (
                    <>
                      <Text as="h3" variant="body-medium" weight="bold">
                        {t('drafts.page.problems')}
                      </Text>
                      <ProblemList
                        problems={value.problems}
                        label={t('drafts.page.problems')}
                      />
                    </>
                  ) : (
                    <Text as="p">{t('drafts.page.fits')}</Text>
                  )}
                  {path ? (
                    <div>
                      <ButtonLink variant="primary" href={path}>
                        {t('drafts.page.continue')}
                      </ButtonLink>
                    </div>
                  ) : (
                    <Alert
                      status="warning"
                      icon
                      title={t('drafts.page.noTemplate')}
                    />
                  )}
                </div>
              </CardBody>
            </Card>
          );
        }}
      </QueryState>
    </Container>
  );
}
