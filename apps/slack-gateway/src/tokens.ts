/** What is injected by name because it is a value and no class. */
export const SIGNING_SECRET = Symbol('signing secret');
export const LOG = Symbol('log');
