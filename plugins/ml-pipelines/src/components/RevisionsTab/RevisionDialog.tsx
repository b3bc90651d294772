import type {
  PipelineDetail,
  Revision,
} from '@mlpipe/plugin-ml-pipelines-common';
import { DeployRevisionDialog } from './DeployRevisionDialog';
import { DuplicateDialog } from './DuplicateDialog';
import { ForgetDialog } from './ForgetDialog';
import { MoveDialog } from './MoveDialog';
import { PromoteDialog } from './PromoteDialog';

const DIALOGS = {
  deploy: DeployRevisionDialog,
  duplicate: DuplicateDialog,
  promote: PromoteDialog,
  move: MoveDialog,
  forget: ForgetDialog,
};

/** What asks before something is made of a revision. */
export type DialogKind = keyof typeof DIALOGS;

/** Props of every dialog about a revision. */
export interface RevisionDialogProps {
  pipeline: PipelineDetail;
  revision: Revision;
  onClose: () => void;
}

/** The dialog of an action. */
export function RevisionDialog(
  props: RevisionDialogProps & { kind: DialogKind },
) {
  const { kind, ...rest } = props;
  const Dialog = DIALOGS[kind];
  return <Dialog {...rest} />;
}
