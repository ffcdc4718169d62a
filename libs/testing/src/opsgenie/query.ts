/** Fields by which things are found, of what is known of the vendor's search. */
type Searched = Readonly<Record<string, unknown>> & { readonly tags: readonly string[] };

/**
 * Judges a query of `field: value` joined by AND, OR and NOT, as far as it is seen in the field: `status: open`,
 * `tag:"a b"`, `priority:P1`, `message: text`. Values with blanks stand in quotes. Undefined: it cannot be read.
 */
export function matcherOf(query: string): ((thing: Searched) => boolean) | undefined {
  const alternatives = query.split(/\s+OR\s+/).map((part) => part.split(/\s+AND\s+/).map(conditionOf));
  const conditions = alternatives.map((all) => all.flatMap((condition) => condition ?? []));
  if (conditions.some((all, index) => all.length !== alternatives[index]?.length)) return undefined;
  return (thing) => conditions.some((all) => all.every((holds) => holds(thing)));
}

function conditionOf(text: string): ((thing: Searched) => boolean) | undefined {
  const [, not, field = '', quoted, bare] =
    /^\s*(NOT\s+)?([A-Za-z.]+)\s*:\s*(?:"([^"]*)"|(\S+))\s*$/.exec(text) ?? [];
  const value = quoted ?? bare;
  if (field === '' || value === undefined) return undefined;
  const holds = (thing: Searched): boolean => {
    if (field === 'tag' || field === 'tags') return thing.tags.includes(value);
    if (field === 'message') return String(thing['message']).toLowerCase().includes(value.toLowerCase());
    return String(thing[field]).toLowerCase() === value.toLowerCase();
  };
  return not === undefined ? holds : (thing) => !holds(thing);
}
