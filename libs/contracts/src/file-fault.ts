/** What is wrong with a file that a person has written, and where. Lines and columns count from 1. */
export interface FileFault {
  readonly line: number;
  readonly column: number;
  /** Empty: of the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** A place in a file as people write it: `route.routes[2].receiver`. */
export function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('');
}
