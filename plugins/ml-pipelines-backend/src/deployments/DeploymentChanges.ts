import { EventEmitter } from 'node:events';

/**
 * Tells parts of this process that something of a deployment changed, so that
 * they look again at once. Other processes find out by polling.
 */
export class DeploymentChanges {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  changed(deployment: string): void {
    this.emitter.emit('changed', deployment);
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: (deployment: string) => void): () => void {
    this.emitter.on('changed', listener);
    return () => this.emitter.off('changed', listener);
  }
}
