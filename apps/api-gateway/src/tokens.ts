/** What is injected by name because it is a value and no class. */
export const SCOPE = Symbol('scope');
export const DOCUMENT = Symbol('document');
