/**
 * The lines of a stream. Chunks end anywhere, also within a character. What stays silent for `silenceMs` is given up: a
 * connection that is half open never says so (kubernetes-client/javascript#596).
 *
 * @throws what the stream throws; SilenceError
 */
export async function* linesOf(
  stream: AsyncIterable<unknown>,
  silenceMs: number,
  giveUp: (reason: Error) => void,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  const watchdog = setTimeout(() => giveUp(new SilenceError(silenceMs)), silenceMs);
  try {
    for await (const chunk of stream) {
      watchdog.refresh();
      rest += decoder.decode(chunk as Uint8Array, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') yield line;
    }
  } finally {
    clearTimeout(watchdog);
  }
}

export class SilenceError extends Error {
  override readonly name = 'SilenceError';
  constructor(ms: number) {
    super(`nothing came for ${ms / 1_000} s`);
  }
}
