import { Alert, Button } from '@backstage/ui';
import { RiPlugLine } from '@remixicon/react';
import { InspectionChecks } from '../../components/inspection/InspectionChecks';
import { StatusLabel } from '../../components/shared/StatusLabel';
import { useText } from '../../translation';
import type {
  ConnectionCheck,
  ConnectionCheckRequest,
} from './useConnectionCheck';
import page from '../../components/shared/page.module.css';

/** Button that checks a connection, and what the check found. */
export function ConnectionCheckPanel(props: {
  check: ConnectionCheck;
  /** Absent while something is missing. */
  request?: ConnectionCheckRequest;
  /** What is missing. */
  missing: string;
  /** What the button says; *Check connection* when absent. */
  label?: string;
}) {
  const { check, request } = props;
  const { inspection, error, busy } = check;
  const t = useText();
  const outcome = () => {
    if (busy) {
      return (
        <StatusLabel state="planning" text={t('connection.check.running')} />
      );
    }
    if (inspection) {
      return (
        <StatusLabel
          state={inspection.usable ? 'ready' : 'notReady'}
          text={t(
            inspection.usable ? 'inspection.usable' : 'inspection.unusable',
          )}
        />
      );
    }
    return request ? null : <span className={page.muted}>{props.missing}</span>;
  };
  return (
    <div className={page.stack}>
      <div className={page.actions}>
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiPlugLine />}
          isPending={busy}
          isDisabled={!request}
          onPress={() => request && check.check(request)}
        >
          {props.label ?? t('connection.check')}
        </Button>
        <span role="status">{outcome()}</span>
      </div>
      {error && (
        <Alert
          status="danger"
          icon
          role="alert"
          title={t('connection.check.error')}
          description={error.message}
        />
      )}
      {inspection && <InspectionChecks inspection={inspection} />}
      {request?.credentials && !busy && (error || inspection) && (
        <div>
          <Button
            size="small"
            variant="tertiary"
            onPress={() => check.store(request)}
          >
            {t('connection.store')}
          </Button>
        </div>
      )}
    </div>
  );
}
