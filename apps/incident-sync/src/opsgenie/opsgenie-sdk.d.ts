/** What is used of opsgenie-sdk 0.5.1, which has no types of its own. */
declare module 'opsgenie-sdk' {
  import type { IncomingMessage } from 'node:http';

  /** Options of one call; the library writes into them. */
  export interface CallConfig {
    maxAttempts: number;
    timeout: number;
    /** Asked after each try whether there is another one, with what came back. */
    retryStrategy: (error: unknown, response: IncomingMessage | undefined, body: unknown) => unknown;
  }
  export type Callback = (error: unknown, body: unknown) => void;
  interface Identifier {
    readonly identifier: string;
    readonly identifierType?: 'id' | 'tiny';
  }
  const opsgenie: {
    configure(options: { api_key: string; host: string }): void;
    readonly incident: {
      create(data: object, config: CallConfig, callback: Callback): void;
      get(data: Identifier, config: CallConfig, callback: Callback): void;
      list(
        parameters: { query: string; limit: number; sort: string; order: string },
        config: CallConfig,
        callback: Callback,
      ): void;
      resolve(identifier: Identifier, data: object, config: CallConfig, callback: Callback): void;
      reopen(identifier: Identifier, data: object, config: CallConfig, callback: Callback): void;
      close(identifier: Identifier, data: object, config: CallConfig, callback: Callback): void;
      addNote(identifier: Identifier, data: object, config: CallConfig, callback: Callback): void;
      /** It takes its options from its first argument. */
      getRequestStatus(data: Identifier & CallConfig, callback: Callback): void;
    };
  };
  export default opsgenie;
}
