import type { KubernetesObject, Objects } from './objects.js';
import type { Target } from './resources.js';
import { selectorOf } from './selectors.js';
import { expired, StatusError } from './status.js';

interface Snapshot {
  readonly items: readonly KubernetesObject[];
  readonly version: string;
}

/** Lists, whole or in chunks: all chunks of a list are of the moment of its first. */
export class Lists {
  private readonly snapshots = new Map<string, Snapshot>();
  private counted = 0;

  constructor(private readonly objects: Objects) {}

  /** Continue tokens die, as they do after some minutes. */
  expire(): void {
    this.snapshots.clear();
  }

  /** @throws StatusError */
  list({ resource, namespace }: Target, query: URLSearchParams): object {
    const token = query.get('continue') ?? '';
    const limit = Number(query.get('limit') ?? 0);
    const wanted = query.get('resourceVersion') ?? '';
    if (wanted !== '' && Number(wanted) > this.objects.version) {
      throw new StatusError(504, 'Timeout', `Too large resource version: ${wanted}`, {
        retryAfterSeconds: 1,
      });
    }
    const selects = selectorOf(
      resource.kind,
      query.get('labelSelector') ?? '',
      query.get('fieldSelector') ?? '',
    );
    const [id = '', from = '0'] = token.split(':');
    const snapshot =
      token === ''
        ? {
            items: this.objects.list(resource, namespace).filter(selects),
            version: String(this.objects.version),
          }
        : this.snapshots.get(id);
    if (snapshot === undefined) throw expired(token, this.objects.version);
    const begin = Number(from);
    const end = limit > 0 ? begin + limit : snapshot.items.length;
    const left = snapshot.items.length - end;
    return {
      kind: `${resource.kind}List`,
      apiVersion: resource.apiVersion,
      metadata: {
        resourceVersion: snapshot.version,
        ...(left > 0 ? { continue: this.tokenFor(id, snapshot, end), remainingItemCount: left } : {}),
      },
      // Items of a typed list carry neither.
      items: snapshot.items.slice(begin, end).map(({ kind: _, apiVersion: __, ...item }) => item),
    };
  }

  private tokenFor(known: string, snapshot: Snapshot, end: number): string {
    this.counted += 1;
    const id = known === '' ? `list${this.counted}` : known;
    this.snapshots.set(id, snapshot);
    return `${id}:${end}`;
  }
}
