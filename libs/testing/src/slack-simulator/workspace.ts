/** What a simulated workspace holds. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  isArchived: boolean;
  isMember: boolean;
  readonly messages: Message[];
}

export interface Message {
  readonly ts: string;
  readonly user: string;
  text: string;
  blocks: readonly unknown[];
  attachments: readonly unknown[];
  metadata?: { readonly event_type: string; readonly event_payload: Record<string, unknown> };
  thread_ts?: string;
  /** A reply that its channel shows too. */
  isBroadcast?: boolean;
  edited?: { readonly user: string; readonly ts: string };
  /** Whom the text would have notified: `<!channel>`, `<@U1>`, … */
  pings: readonly string[];
}

export interface Ephemeral {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly at: string;
}

export const BOT_USER = 'U0GOMON';
export const APP_ID = 'A0GOMON';
export const TEAM_ID = 'T0GOMON';

export const USERS: Readonly<Record<string, string>> = {
  [BOT_USER]: 'gomon',
  U1: 'alice',
  U2: 'bob',
  U3: 'carol',
};

const CHANNELS_AT_START = ['alert-critical', 'k8s-healthchecks', 'monitoring-dev', 'general'];
/** Older messages are forgotten, so that a long run does not fill the memory. */
const MOST_MESSAGES = 20_000;

export class Workspace {
  readonly channels: Channel[] = [];
  readonly ephemerals: Ephemeral[] = [];
  private lastTs = 0;
  private readonly listeners = new Set<() => void>();

  constructor() {
    for (const name of CHANNELS_AT_START) this.channel(name);
  }

  /** Makes a channel, or changes it. */
  channel(name: string, more: { archived?: boolean; member?: boolean } = {}): Channel {
    const plain = name.replace(/^#/, '');
    let found = this.channels.find((channel) => channel.name === plain);
    if (found === undefined) {
      const id = `C${String(this.channels.length + 1).padStart(4, '0')}`;
      found = { id, name: plain, isArchived: false, isMember: true, messages: [] };
      this.channels.push(found);
    }
    if (more.archived !== undefined) found.isArchived = more.archived;
    if (more.member !== undefined) found.isMember = more.member;
    this.changed();
    return found;
  }

  byId(id: unknown): Channel | undefined {
    return this.channels.find((channel) => channel.id === id);
  }

  /** By id, or by name with or without `#`, as posting allows. */
  byIdOrName(text: unknown): Channel | undefined {
    if (typeof text !== 'string') return undefined;
    return this.byId(text) ?? this.channels.find(({ name }) => name === text.replace(/^#/, ''));
  }

  /** A time stamp of its own for each message, growing. */
  nextTs(): string {
    const now = Date.now() * 1_000;
    this.lastTs = Math.max(now, this.lastTs + 1);
    return `${Math.floor(this.lastTs / 1_000_000)}.${String(this.lastTs % 1_000_000).padStart(6, '0')}`;
  }

  add(channel: Channel, message: Message): void {
    channel.messages.push(message);
    if (channel.messages.length > MOST_MESSAGES) channel.messages.shift();
    this.changed();
  }

  /** Takes over what an earlier run kept. */
  restore(channels: readonly Channel[]): void {
    for (const { name, isArchived, isMember, messages } of channels) {
      this.channel(name, { archived: isArchived, member: isMember }).messages.push(...messages);
    }
  }

  clear(): void {
    for (const channel of this.channels) channel.messages.length = 0;
    this.ephemerals.length = 0;
    this.changed();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Whom mrkdwn notifies: special mentions, users and user groups. */
export function pingsIn(text: string): readonly string[] {
  return [...text.matchAll(/<(![a-z]+(?:\^[^>|]*)?|@[UW][A-Z0-9]+|!subteam\^[A-Z0-9]+)(?:\|[^>]*)?>/g)]
    .map(([, target = '']) => target)
    .filter((target) => !target.startsWith('!date'));
}

/** All texts of a message that Slack reads as mrkdwn. */
export function mrkdwnIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (typeof value !== 'object' || value === null) return [];
  if ('type' in value && value.type === 'mrkdwn' && 'text' in value && typeof value.text === 'string')
    return [value.text];
  return Object.values(value).flatMap(mrkdwnIn);
}
