import {
  ButtonIcon,
  Menu,
  MenuItem,
  MenuSeparator,
  MenuTrigger,
} from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { RiMore2Line } from '@remixicon/react';
import type {
  ExportFormat,
  PipelineDetail,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { useRevisionPermissions } from '../../hooks/useRevisionPermissions';
import { useText } from '../../translation';
import { saveBlob } from '../shared/saveBlob';
import type { DialogKind } from './RevisionDialog';
import { revisionsPath } from './revisionsPath';

/** What the user may do with one revision. */
export function RevisionMenu(props: {
  pipeline: PipelineDetail;
  revision: number;
  onOpen: (dialog: DialogKind) => void;
}) {
  const { pipeline, revision, onOpen } = props;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const may = useRevisionPermissions(pipeline.name);
  const { deployedRevision } = pipeline;
  const newest = revision === pipeline.revision;

  const download = async (format: ExportFormat) => {
    const file = `${pipeline.name}-r${revision}${
      format === 'yaml' ? '.yaml' : '-terraform.tar.gz'
    }`;
    try {
      saveBlob(await api.exportRevision(pipeline.name, revision, format), file);
      toasts.post({
        title: t('revisions.export.done', { file }),
        status: 'success',
      });
    } catch (error) {
      toasts.post({
        title: t('common.actionFailed'),
        description: toError(error).message,
        status: 'danger',
      });
    }
  };
  return (
    <MenuTrigger>
      <ButtonIcon
        size="small"
        variant="tertiary"
        icon={<RiMore2Line />}
        aria-label={t('revisions.actions', { revision: String(revision) })}
      />
      <Menu>
        {revision > 1 && (
          <MenuItem
            href={revisionsPath(pipeline.name, {
              from: revision - 1,
              to: revision,
            })}
          >
            {t('revisions.comparePrevious')}
          </MenuItem>
        )}
        {deployedRevision !== undefined && deployedRevision !== revision && (
          <MenuItem
            href={revisionsPath(pipeline.name, {
              from: deployedRevision,
              to: revision,
            })}
          >
            {t('revisions.compareRunning')}
          </MenuItem>
        )}
        {may.deploy && (
          <MenuItem onAction={() => onOpen('deploy')}>
            {t('revisions.deploy')}
          </MenuItem>
        )}
        <MenuItem onAction={() => download('yaml')}>
          {t('revisions.exportYaml')}
        </MenuItem>
        {may.exportTerraform && (
          <MenuItem onAction={() => download('terraform')}>
            {t('revisions.exportTerraform')}
          </MenuItem>
        )}
        {may.create && (
          <MenuItem onAction={() => onOpen('duplicate')}>
            {t('revisions.duplicate')}
          </MenuItem>
        )}
        {may.promote && (
          <MenuItem onAction={() => onOpen('promote')}>
            {t('revisions.promote')}
          </MenuItem>
        )}
        {newest && may.move && (
          <MenuItem onAction={() => onOpen('move')}>
            {t('revisions.move')}
          </MenuItem>
        )}
        {newest && may.forget && <MenuSeparator />}
        {newest && may.forget && (
          <MenuItem color="danger" onAction={() => onOpen('forget')}>
            {t('revisions.forget')}
          </MenuItem>
        )}
      </Menu>
    </MenuTrigger>
  );
}
