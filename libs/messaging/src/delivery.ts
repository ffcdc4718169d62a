/** A message as a handler gets it: its event is parsed by the schema of its consumer. */
export interface Delivery<E> {
  readonly event: E;
  readonly subject: string;
  /** Its sequence in the stream. */
  readonly seq: number;
  /** Where it stands in its message, counted from 0, when that is a list of several events. */
  readonly place?: { readonly index: number; readonly of: number };
  /** Which delivery of this message it is, counted from 1. */
  readonly attempt: number;
  readonly publishedAt: Date;
  readonly headers: Readonly<Record<string, string>>;
  /** W3C trace context, from the headers or the event. */
  readonly traceparent?: string;
}
