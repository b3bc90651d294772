import { NODE_CATEGORIES, NodeCategory, NodeType } from './NodeType';

/**
 * The set of node types that a portal offers: the built-in ones plus those
 * that modules add. Ids are unique; a duplicate throws.
 *
 * @public
 */
export class NodeCatalogue {
  readonly #types = new Map<string, NodeType>();

  constructor(types: Iterable<NodeType> = []) {
    for (const type of types) {
      this.add(type);
    }
  }

  /** Adds a type. Throws when its id is taken. */
  add(type: NodeType): void {
    if (this.#types.has(type.id)) {
      throw new Error(
        `Node type "${type.id}" is registered twice; ids of node types must be unique`,
      );
    }
    this.#types.set(type.id, type);
  }

  get(id: string): NodeType | undefined {
    return this.#types.get(id);
  }

  /** All types, by category in the order of the flow, then by id. */
  list(category?: NodeCategory): NodeType[] {
    return [...this.#types.values()]
      .filter(type => !category || type.category === category)
      .sort(
        (a, b) =>
          NODE_CATEGORIES.indexOf(a.category) -
            NODE_CATEGORIES.indexOf(b.category) || a.id.localeCompare(b.id),
      );
  }
}
