import { ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';

/** util-linux' `setpriv` ends a server with the tests that started it, however they end. */
const guard = existsSync('/usr/bin/setpriv')
  ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL']
  : [];

/** A server of a test, with its output in a file. */
export class ServerProcess {
  #child: ChildProcess | undefined;

  constructor(
    readonly name: string,
    private readonly command: string[],
    private readonly logFile: string,
  ) {}

  /** Pid while it runs. */
  get pid(): number | undefined {
    return this.running ? this.#child?.pid : undefined;
  }

  get running(): boolean {
    const child = this.#child;
    return (
      child !== undefined &&
      child.exitCode === null &&
      child.signalCode === null
    );
  }

  start(): void {
    const log = openSync(this.logFile, 'a');
    const [program, ...args] = [...guard, ...this.command];
    this.#child = spawn(program, args, { stdio: ['ignore', log, log] });
    this.#child.once('error', () => undefined);
    closeSync(log);
  }

  /** Fails with the end of the log when it does not run. */
  assertRunning(): void {
    if (!this.running) {
      throw new Error(
        `${this.name} ended:\n${readFileSync(this.logFile, 'utf8').slice(
          -3000,
        )}`,
      );
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child && this.running) {
      const exited = new Promise(done => child.once('exit', done));
      child.kill(signal);
      await exited;
    }
  }
}
