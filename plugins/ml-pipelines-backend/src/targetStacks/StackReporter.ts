import type {
  TerraformCommand,
  TerraformEvent,
} from '@mlpipe/terraform-runner';

/** Where the work on a stack says what it does. */
export interface StackReporter {
  info(message: string): void;
  event(event: TerraformEvent, command: TerraformCommand): void;
  /** Called while somebody else works on the same stack. */
  waiting?(): Promise<void>;
}
