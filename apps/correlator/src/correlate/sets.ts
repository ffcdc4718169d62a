/** Disjoint sets of ids, some of which are held by a problem: two that are held by different ones never become one. */
export class Sets {
  private readonly parents = new Map<string, string>();
  private readonly holders = new Map<string, string>();

  hold(problemId: string, ids: readonly string[]): void {
    const [first, ...others] = ids;
    if (first === undefined) return;
    for (const id of others) this.unite(id, first);
    this.holders.set(this.find(first), problemId);
  }

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
    if (one === other) return;
    const [holder, another] = [this.holders.get(one), this.holders.get(other)];
    if (holder !== undefined && another !== undefined && holder !== another) return;
    this.parents.set(one, other);
    if (holder !== undefined) this.holders.set(other, holder);
  }
}
