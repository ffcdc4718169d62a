const NONE: readonly never[] = [];

/**
 * Texts put together one after another, each once. List literals of many spreads say the same, but V8 compiles a function full of
 * them anew for each shape that any of the lists has, which costs a new process a good part of its first minutes.
 */
export class Collected<Text extends string = string> {
  private readonly texts: Text[] = [];

  add(text: Text): this {
    if (!this.texts.includes(text)) this.texts.push(text);
    return this;
  }

  all(texts: readonly Text[]): this {
    for (const text of texts) this.add(text);
    return this;
  }

  get size(): number {
    return this.texts.length;
  }

  /** To be kept for long: a list that grew has room for twice as much, and this one is of its own size. */
  get list(): readonly Text[] {
    return this.texts.length === 0 ? NONE : this.texts.slice();
  }
}
