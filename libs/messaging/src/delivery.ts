/** A message as a handler gets it: its event is parsed by the schema of its consumer. */
export interface Delivery<E> {
  readonly event: E;
  readonly subject: string;
  /** Its sequence in the stream. */
  readonly seq: number;
  /** Which delivery of this message it is, counted from 1. */
  readonly attempt: number;
  readonly publishedAt: Date;
  readonly headers: Readonly<Record<string, string>>;
  /** W3C trace context, from the headers or the event. */
  readonly traceparent?: string;
}
