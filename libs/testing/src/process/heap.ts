/**
 * How much memory V8 may have in a service. It lets a heap that may have 2 GB or more grow fourfold between its collections, and
 * a smaller one twofold: a third less memory under load, as much work. `deploy/Dockerfile` has the same.
 */
export const HEAP = ['--max-semi-space-size=8', '--max-old-space-size=1800'];
