/**
 * The reader of rules files. Loaded when it is needed, and not before: it takes 8 MiB of memory, which an installation without
 * rules of its own does not have to spend.
 */
export function loadReader(): Promise<typeof import('./read-rules-file.js')> {
  return import('./read-rules-file.js');
}
