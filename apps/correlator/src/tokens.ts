/** What is injected by name because it is a value and no class. */
export const RULES = Symbol('rules');
