import { useMemo, useState } from 'react';
import {
  Alert,
  Button,
  ButtonLink,
  Select,
  Text,
  ToggleButton,
  ToggleButtonGroup,
} from '@backstage/ui';
import { RiArrowLeftLine, RiArrowLeftRightLine } from '@remixicon/react';
import { useSearchParams } from 'react-router-dom';
import {
  diffDocuments,
  PipelineDetail,
  Revision,
  stringifyPipeline,
} from '@mlpipe/plugin-ml-pipelines-common';
import { catalogue } from '../../forms/catalogue';
import { useRevisionPermissions } from '../../hooks/useRevisionPermissions';
import { useText } from '../../translation';
import { ChangeList } from '../shared/ChangeList';
import { formatTime } from '../shared/format';
import { Section } from '../shared/Section';
import { DeployRevisionDialog } from './DeployRevisionDialog';
import { revisionsPath } from './revisionsPath';
import { YamlDiff, YamlLayout } from './YamlDiff';
import styles from '../shared/page.module.css';

/** Two revisions, in words and as YAML. */
export function CompareView(props: {
  pipeline: PipelineDetail;
  revisions: Revision[];
  from: number;
  to: number;
}) {
  const { pipeline, revisions, from, to } = props;
  const t = useText();
  const [, setParams] = useSearchParams();
  const { deploy } = useRevisionPermissions(pipeline.name);
  const [layout, setLayout] = useState<YamlLayout>('split');
  const [deploying, setDeploying] = useState(false);
  const before = revisions.find(r => r.revision === from);
  const after = revisions.find(r => r.revision === to);

  const choose = (next: { from: number; to: number }) =>
    setParams({ from: String(next.from), to: String(next.to) });
  const options = revisions.map(r => ({
    id: String(r.revision),
    label: [
      t('revisions.number', { revision: String(r.revision) }),
      r.comment ?? formatTime(r.createdAt),
    ].join(' · '),
  }));
  return (
    <div className={styles.stack}>
      <div>
        <ButtonLink
          size="small"
          variant="tertiary"
          iconStart={<RiArrowLeftLine />}
          href={revisionsPath(pipeline.name)}
        >
          {t('compare.back')}
        </ButtonLink>
      </div>
      <div className={styles.bar}>
        <Text as="h2" variant="title-small">
          {t('compare.title')}
        </Text>
        {deploy && after && (
          <Button
            size="small"
            variant="primary"
            onPress={() => setDeploying(true)}
          >
            {t('compare.deploy', { revision: String(to) })}
          </Button>
        )}
      </div>
      <div className={styles.actions}>
        <Select
          size="small"
          label={t('compare.from')}
          options={options}
          value={String(from)}
          onChange={key => choose({ from: Number(key), to })}
        />
        <Select
          size="small"
          label={t('compare.to')}
          options={options}
          value={String(to)}
          onChange={key => choose({ from, to: Number(key) })}
        />
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiArrowLeftRightLine />}
          onPress={() => choose({ from: to, to: from })}
        >
          {t('compare.swap')}
        </Button>
      </div>
      {before && after ? (
        <>
          <Section title={t('compare.words')}>
            <Words before={before} after={after} />
          </Section>
          <Section
            title={t('compare.yaml')}
            actions={
              <ToggleButtonGroup
                aria-label={t('compare.layout')}
                selectionMode="single"
                disallowEmptySelection
                selectedKeys={[layout]}
                onSelectionChange={keys =>
                  setLayout([...keys][0] as YamlLayout)
                }
              >
                <ToggleButton id="split">{t('compare.split')}</ToggleButton>
                <ToggleButton id="unified">{t('compare.unified')}</ToggleButton>
              </ToggleButtonGroup>
            }
          >
            <YamlDiff
              layout={layout}
              before={stringifyPipeline(before.document)}
              after={stringifyPipeline(after.document)}
            />
          </Section>
        </>
      ) : (
        <Alert
          status="warning"
          icon
          title={t('compare.missing', {
            revision: String(before ? to : from),
          })}
        />
      )}
      {deploying && after && (
        <DeployRevisionDialog
          pipeline={pipeline}
          revision={after}
          onClose={() => setDeploying(false)}
        />
      )}
    </div>
  );
}

function Words({ before, after }: { before: Revision; after: Revision }) {
  const changes = useMemo(
    () => diffDocuments(before.document, after.document, catalogue),
    [before, after],
  );
  return <ChangeList changes={changes} />;
}
