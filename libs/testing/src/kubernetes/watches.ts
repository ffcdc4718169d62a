import type { Change, KubernetesObject, Objects } from './objects.js';
import type { Resource, Target } from './resources.js';
import { selectorOf } from './selectors.js';
import { expired, StatusError } from './status.js';

/** Where the lines of a watch go. */
export interface Stream {
  write(text: string): void;
  /** Cleanly. */
  end(): void;
  cut(): void;
}

export interface OpenWatch {
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly since: string;
}

interface Watch {
  readonly target: Target;
  readonly selects: (object: KubernetesObject) => boolean;
  readonly stream: Stream;
  readonly hasBookmarks: boolean;
  readonly since: string;
  readonly timers: NodeJS.Timeout[];
  isStalled: boolean;
}

const DEFAULT_TIMEOUT_S = 1_800;

/** The open watches of all clients. */
export class Watches {
  private readonly open = new Set<Watch>();

  constructor(
    private readonly objects: Objects,
    private readonly bookmarkEveryMs: number,
  ) {
    objects.onChange((change) => {
      for (const watch of this.open) this.tell(watch, change);
    });
  }

  get all(): readonly OpenWatch[] {
    return [...this.open].map(({ target, since }) => ({
      resource: target.resource.name,
      namespace: target.namespace,
      since,
    }));
  }

  /**
   * Opens a watch: everything first where no version is named, else what has changed since. Returns how to forget it.
   * @throws StatusError before anything was written
   */
  start(target: Target, query: URLSearchParams, stream: Stream, isStalled = false): () => void {
    const selects = selectorOf(
      target.resource.kind,
      query.get('labelSelector') ?? '',
      query.get('fieldSelector') ?? '',
    );
    const sendsAll = query.get('sendInitialEvents') === 'true';
    if (sendsAll && query.get('resourceVersionMatch') !== 'NotOlderThan') {
      throw new StatusError(
        422,
        'Invalid',
        'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      );
    }
    const wanted = query.get('resourceVersion') ?? '';
    const watch: Watch = {
      target,
      selects,
      stream,
      hasBookmarks: /^(1|true)$/.test(query.get('allowWatchBookmarks') ?? ''),
      since: new Date().toISOString(),
      timers: [],
      isStalled,
    };
    this.open.add(watch);
    if (wanted === '' || wanted === '0' || sendsAll) {
      for (const object of this.objects.list(target.resource, target.namespace)) {
        if (selects(object)) this.send(watch, 'ADDED', object);
      }
      if (sendsAll) this.bookmark(watch, { 'k8s.io/initial-events-end': 'true' });
    } else {
      this.resume(watch, wanted);
    }
    if (!this.open.has(watch)) return () => undefined;
    const timeoutS = Number(query.get('timeoutSeconds') ?? DEFAULT_TIMEOUT_S);
    watch.timers.push(
      setTimeout(() => {
        this.bookmark(watch);
        this.finish(watch, (each) => each.end());
      }, timeoutS * 1_000),
      setInterval(() => this.bookmark(watch), this.bookmarkEveryMs),
    );
    return () => this.finish(watch, () => undefined);
  }

  /** Acts on the open watches of a resource, or on all. Returns how many. */
  act(what: 'stall' | 'resume' | 'cut' | 'close' | 'expire', resource?: string): number {
    const hit = [...this.open].filter(
      ({ target }) => resource === undefined || target.resource.name === resource,
    );
    for (const watch of hit) {
      if (what === 'stall' || what === 'resume') watch.isStalled = what === 'stall';
      else if (what === 'cut') this.finish(watch, (stream) => stream.cut());
      else if (what === 'close') this.finish(watch, (stream) => stream.end());
      else this.refuse(watch, expired('1', this.objects.version));
    }
    return hit.length;
  }

  private resume(watch: Watch, wanted: string): void {
    try {
      for (const change of this.objects.changesAfter(Number(wanted))) this.tell(watch, change);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.refuse(watch, error);
    }
  }

  /** As the server does in a stream that it has begun: an event, and the end. */
  private refuse(watch: Watch, error: StatusError): void {
    watch.stream.write(`${JSON.stringify({ type: 'ERROR', object: error.body })}\n`);
    this.finish(watch, (stream) => stream.end());
  }

  /** With a selector, what leaves the selection is deleted for this watch, and what enters it is added. */
  private tell(watch: Watch, { type, resource, object, before }: Change): void {
    const { target, selects } = watch;
    if (resource !== target.resource) return;
    if (target.namespace !== undefined && object.metadata.namespace !== target.namespace) return;
    const isIn = type !== 'DELETED' && selects(object);
    const wasIn = before !== undefined && selects(before);
    if (isIn) this.send(watch, wasIn ? 'MODIFIED' : 'ADDED', object);
    else if (wasIn) this.send(watch, 'DELETED', object);
  }

  private send(watch: Watch, type: string, object: unknown): void {
    if (!watch.isStalled) watch.stream.write(`${JSON.stringify({ type, object })}\n`);
  }

  private bookmark(watch: Watch, annotations?: Readonly<Record<string, string>>): void {
    if (!watch.hasBookmarks) return;
    const { kind, apiVersion }: Resource = watch.target.resource;
    const metadata = {
      resourceVersion: String(this.objects.version),
      ...(annotations === undefined ? {} : { annotations }),
    };
    this.send(watch, 'BOOKMARK', { kind, apiVersion, metadata });
  }

  private finish(watch: Watch, how: (stream: Stream) => void): void {
    if (!this.open.delete(watch)) return;
    for (const timer of watch.timers) clearTimeout(timer);
    how(watch.stream);
  }
}
