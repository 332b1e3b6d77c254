import type { Presently } from "../contract/client.js";
import type { EventInput } from "../contract/events.js";
import type { PresentlyOptions } from "../options.js";
import { perClient } from "./per-client.js";
import { type Readable, readable } from "./readable.js";

/** `client` is null on a server, until its code is there, and where it cannot be made: `error` says why. */
export interface ClientState {
  readonly client: Presently | null;
  readonly error: Error | null;
}

export interface ClientStore extends Readable<ClientState> {
  /** Now, or as soon as the client is there. What throws or rejects ends in the console. */
  whenReady(work: (client: Presently) => unknown): void;
  /** As the client's own `track`, also for what happens before the client is there. */
  track(event: EventInput): void;
  /** Resolves with the next client or error: the same promise until then. Starts nothing. */
  settled(): Promise<void>;
}

type Work = (client: Presently) => unknown;

const NONE: ClientState = { client: null, error: null };
/** Of a page whose client never comes. */
const MOST_WAITING = 100;

let code: Promise<typeof import("../index.js")> | undefined;

/** Once for all stores, and again after a failure: a connection that was gone may be back. */
function load(): Promise<typeof import("../index.js")> {
  code ??= import("../index.js").catch((error) => {
    code = undefined;
    throw error;
  });
  return code;
}

const failed = (error: unknown) => console.error("[presently]", error);
const nothing = () => {};

/** @returns the store, and what to call when there is a client or an error */
function withWork(state: Readable<ClientState>): [store: ClientStore, settle: () => void] {
  const waiting: Work[] = [];
  let settle = nothing;
  let settled: Promise<void> | undefined;
  const whenReady = (work: Work) => {
    const { client } = state.get();
    if (client) void Promise.resolve(client).then(work).catch(failed);
    else if (waiting.push(work) > MOST_WAITING) waiting.shift();
  };
  return [
    {
      ...state,
      whenReady,
      track(event) {
        const time = Date.now();
        whenReady((client) => client.track({ time, ...event }));
      },
      settled() {
        settled ??= new Promise((resolve) => {
          settle = resolve;
        });
        return settled;
      },
    },
    () => {
      settle();
      settled = undefined;
      if (state.get().client) for (const work of waiting.splice(0)) whenReady(work);
    },
  ];
}

/**
 * A client of the store's own: with the first listener its code is loaded and it is made, with the last it is stopped.
 * Listeners that go and come back in one turn, as under React's StrictMode, make one client.
 */
export function clientStore(options: PresentlyOptions): ClientStore {
  const [store, settle] = withWork(
    readable(NONE, (set) => {
      let client: Presently | null = null;
      let stopped = false;
      load()
        .then(({ createPresently }) => {
          if (stopped) return;
          client = createPresently(options);
          set({ client, error: null });
        })
        .catch((error) => {
          if (stopped) return;
          failed(error);
          set({ client: null, error });
        })
        .finally(settle);
      return () => {
        stopped = true;
        client?.stop();
        set(NONE);
      };
    }),
  );
  return store;
}

/** The same for a client that the page makes, and stops, itself. */
export const givenClient: (client: Presently) => ClientStore = perClient(
  (client) => withWork({ ...readable<ClientState>({ client, error: null }, () => nothing), getServer: () => NONE })[0],
);

/** Where there is none yet, as on a server. */
export const noClient: ClientStore = withWork(readable(NONE, () => nothing))[0];
