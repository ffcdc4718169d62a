/** What one part says of itself. */
export interface Indication {
  readonly ok: boolean;
  readonly detail?: string;
}

export type Check = () => Indication | Promise<Indication>;

export interface Readiness {
  readonly status: 'ready' | 'not-ready';
  readonly indicators: Readonly<Record<string, Indication>>;
}

const TIMEOUT_MS = 1_500;

/** Whether the service can do its work, as the sum of what its parts say. */
export class Health {
  private readonly checks = new Map<string, Check>();

  indicator(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  async readiness(): Promise<Readiness> {
    const entries = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await answerOf(check)] as const),
    );
    return {
      status: entries.every(([, { ok }]) => ok) ? 'ready' : 'not-ready',
      indicators: Object.fromEntries(entries),
    };
  }
}

async function answerOf(check: Check): Promise<Indication> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Indication>((resolve) => {
    timer = setTimeout(resolve, TIMEOUT_MS, { ok: false, detail: `no answer within ${TIMEOUT_MS} ms` });
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
