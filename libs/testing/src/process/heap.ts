/**
 * How much memory V8 may have in a service. Between its collections it lets a heap that may have 2 GB or more grow fourfold, and a
 * smaller one twofold: one that may grow by 70 % needs a little less under load, for as much work. `deploy/Dockerfile` has the same.
 */
export const HEAP = ['--max-semi-space-size=8', '--max-old-space-size=1800', '--heap-growing-percent=70'];
