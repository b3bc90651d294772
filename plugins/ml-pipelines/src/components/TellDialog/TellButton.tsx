import { useState } from 'react';
import { Button } from '@backstage/ui';
import { RiMegaphoneLine } from '@remixicon/react';
import { usePipelinePermissions } from '../../hooks/usePipelinePermissions';
import { useText } from '../../translation';
import { TellDialog, TellSubject } from './TellDialog';

/** Opens the dialog, for those who may change the pipeline. */
export function TellButton(props: {
  pipeline: string;
  /** Asked when the dialog opens. */
  subject: () => TellSubject;
  onDone?: () => void;
}) {
  const t = useText();
  const { canUpdate } = usePipelinePermissions(props.pipeline);
  const [subject, setSubject] = useState<TellSubject>();
  if (!canUpdate) {
    return null;
  }
  return (
    <>
      <Button
        size="small"
        variant="secondary"
        iconStart={<RiMegaphoneLine />}
        onPress={() => setSubject(props.subject())}
      >
        {t('tell.action')}
      </Button>
      {subject && (
        <TellDialog
          subject={subject}
          onDone={props.onDone}
          onClose={() => setSubject(undefined)}
        />
      )}
    </>
  );
}
