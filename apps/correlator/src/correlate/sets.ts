/** Disjoint sets of ids. */
export class Sets {
  private readonly parents = new Map<string, string>();

  /** What stands for the set that an id is in. */
  find(id: string): string {
    let root = id;
    for (let parent = this.parents.get(root); parent !== undefined; parent = this.parents.get(root))
      root = parent;
    for (let at = id; at !== root;) {
      const next = this.parents.get(at) ?? root;
      this.parents.set(at, root);
      at = next;
    }
    return root;
  }

  unite(a: string, b: string): void {
    const [one, other] = [this.find(a), this.find(b)];
    if (one !== other) this.parents.set(one, other);
  }
}
