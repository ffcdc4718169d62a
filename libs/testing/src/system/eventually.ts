import { setTimeout as pause } from 'node:timers/promises';

/** Resolves as soon as `question` is answered with true; asked again and again, for what tells nobody when it happens. */
export async function eventually(
  what: string,
  question: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await question())) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs / 1_000} s: ${what}`);
    await pause(50);
  }
}
