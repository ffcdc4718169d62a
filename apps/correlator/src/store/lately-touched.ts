/** So many of a scope are loaded ahead, for so many transactions after the one that touched them last. */
const MOST = 8;
const TRANSACTIONS = 10;

/**
 * Problems that transactions turned out to touch only when they were decided. In a storm it is the same one again and again:
 * what is loaded ahead does not have to be asked for while the scope is locked, and nothing is decided twice because of it.
 */
export class LatelyTouched {
  /** By scope: for how many transactions more they are loaded. */
  private readonly left = new Map<string, Map<string, number>>();

  in(scopes: readonly string[]): readonly string[] {
    return scopes.flatMap((scope) => [...(this.left.get(scope)?.keys() ?? [])]);
  }

  /** Called after each transaction, with what it touched besides the problems of the alerts that it was about. */
  note(
    scopes: readonly string[],
    problems: readonly { readonly id: string; readonly scope: string }[],
  ): void {
    for (const scope of scopes) {
      const touched = problems.filter((problem) => problem.scope === scope).slice(-MOST);
      const next = new Map<string, number>(touched.map(({ id }) => [id, TRANSACTIONS]));
      for (const [id, left] of this.left.get(scope) ?? [])
        if (left > 1 && next.size < MOST && !next.has(id)) next.set(id, left - 1);
      if (next.size > 0) this.left.set(scope, next);
      else this.left.delete(scope);
    }
  }
}
