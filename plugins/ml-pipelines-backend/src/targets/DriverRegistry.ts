import type {
  MlPipelinesTargetsExtensionPoint,
  TargetDriver,
} from '@mlpipe/plugin-ml-pipelines-node';

/** Drivers by kind, as modules add them. */
export class DriverRegistry implements MlPipelinesTargetsExtensionPoint {
  readonly #drivers = new Map<string, TargetDriver>();

  addDriver<Config>(driver: TargetDriver<Config>): void {
    if (this.#drivers.has(driver.kind)) {
      throw new Error(
        `Two modules add a driver for targets of kind "${driver.kind}": remove one of them from the backend.`,
      );
    }
    // A driver is only ever given configurations that its own schema made, so
    // that its type of configuration is its own business.
    this.#drivers.set(driver.kind, driver as TargetDriver);
  }

  get(kind: string): TargetDriver | undefined {
    return this.#drivers.get(kind);
  }

  kinds(): string[] {
    return [...this.#drivers.keys()].sort();
  }
}
