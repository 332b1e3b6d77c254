import { startCapture } from "./capture/index.js";
import { createChanges } from "./changes.js";
import { pageChannel } from "./channel.js";
import { consentOf, consentStore, doNotTrack, globalPrivacyControl } from "./consent/index.js";
import type { Presently, Status } from "./contract/client.js";
import { type Consent, NO_CONSENT } from "./contract/consent.js";
import type { PersonaState } from "./contract/engine.js";
import { missingFile, PresentlyError } from "./contract/errors.js";
import { type PresentlyEvent, parseEvent } from "./contract/events.js";
import type { Ranking, RankingRequestInput } from "./contract/ranking.js";
import type { Storage } from "./contract/storage.js";
import { earlyEvents } from "./early.js";
import { linkEngine } from "./engine-link.js";
import { createFeedback, type Feedback } from "./feedback/index.js";
import { type PresentlyOptions, settingsOf } from "./options.js";
import { createSession, type Session } from "./session/index.js";
import { later, whenQuiet, whenShown } from "./shown.js";
import { lazyMemory, openStorage } from "./storage/index.js";

const FORGET = "presently.forget";

/** What needs a storage, and is there once it is open. */
interface Parts {
  storage: Storage;
  readonly session: Session;
  readonly feedback: Feedback;
}

/**
 * The client, wired in the order of the data: capture → session → engine (persona, rank) → render → feedback.
 * @throws PresentlyError `options/invalid`, or `options/no-window` outside a browser
 */
export function createPresently(options: PresentlyOptions): Presently {
  if (typeof window === "undefined")
    throw new PresentlyError(
      "options/no-window",
      "createPresently runs in a browser: call it in an effect or behind typeof window, not while rendering on a server",
    );
  const page = window;
  const now = () => Date.now();
  const settings = settingsOf(options, page.document.baseURI);
  const { endpoint, ...forEngine } = settings;
  const changes = createChanges();
  const { emit, problem, failed } = changes;
  const titles = new Map<string, string>();
  const choices = consentStore(page);
  /** Opened with the session: that takes a millisecond, which a page that is still loading has better uses for. */
  let channel: ReturnType<typeof pageChannel> = null;
  const abort = new AbortController();
  const { signal } = abort;
  const stops = [() => abort.abort()];
  const { consent: asked } = options;
  const given = () => allowed({ ...choices.read(), ...(typeof asked === "object" && declared(asked)) });
  let known: Consent | null = null;
  /** Read when it is first asked for: a page's first look into localStorage blocks it for milliseconds. */
  const consent = (): Consent => {
    known ??= given();
    return known;
  };
  /** The shopper has chosen on this page: what a consent tool says no longer counts. */
  let chosen = false;
  let persona: Promise<PersonaState> | null = null;
  let renamed: PersonaState["renamed"];
  let update: { readonly started: number; main: number } | null = null;
  let lastUpdate: Status["lastUpdate"] = null;
  let scheduled = false;

  /** What the shop or its tool says, who has perhaps not asked: the browser's Do Not Track is nearer to the shopper. */
  function declared(choice: Partial<Consent>): Partial<Consent> {
    return choice.share && doNotTrack(page) ? { ...choice, share: false } : choice;
  }

  function allowed(wanted: Consent): Consent {
    if (!globalPrivacyControl(page)) return consentOf(wanted);
    if (wanted.store || wanted.share) queueMicrotask(() => failed(new PresentlyError("consent/gpc", "Global Privacy Control: nothing is stored or shared")));
    return NO_CONSENT;
  }

  const engine = linkEngine(() => later().then(() => ({ ...forEngine, store: consent().store })), {
    assets: settings.assets,
    thread: options.thread,
    onChange(what, status) {
      if (what === "problem") for (const data of status.problems) emit({ type: "problem", problem: data });
      else emit({ type: "release", status });
      if (what !== "problem") schedule();
    },
  });
  /**
   * Somebody asks, or the page has been quiet: a worker and a release would cost a page that shows no list more than all else together.
   */
  let awake = false;
  function wake(): void {
    if (awake || signal.aborted) return;
    awake = true;
    engine.begin();
    if (parts) schedule();
  }

  let parts: Parts | null = null;
  const early = earlyEvents(page, () => (consent().store ? (parts?.session.unsaved() ?? null) : undefined), signal);
  const ready: Promise<Parts> = start();

  async function start(): Promise<Parts> {
    await later();
    await new Promise<void>((resolve) => whenShown(page.document, resolve));
    // By the page before a prerendered one it may have been changed.
    known = null;
    if (!signal.aborted) channel = pageChannel(page, () => parts?.storage.persistent === true, signal);
    const storage = consent().store ? await openStorage({ page, onProblem: problem }) : lazyMemory();
    const session = await createSession(storage, { now, channel, page, onProblem: problem });
    const feedback = createFeedback({
      storage,
      endpoint,
      now,
      window: page,
      title: (id) => titles.get(id) ?? id,
      onChange: () => emit({ type: "ledger" }),
      onProblem: problem,
    });
    // Until the code that records is there, events count as early: a page left in between would lose their answers.
    const sharing = feedback.setMode(consent().share).catch(failed);
    if (consent().store && consent().share) await sharing;
    parts = { storage, session, feedback };
    if (signal.aborted) return parts;
    channel?.hear((message) => {
      if (message === FORGET) erase().catch(failed);
    });
    listen().catch(failed);
    whenQuiet(page, wake);
    stops.push(
      session.subscribe(({ event }) => {
        for (const { item_id, item_name } of event?.items ?? []) if (item_name) titles.set(item_id, item_name);
        if (event) emit({ type: "session", event });
        schedule();
      }),
    );
    for (const { event, id, known } of early.take()) add(parts, event, id, known);
    schedule();
    return parts;
  }
  ready.catch(failed);
  let turn: Promise<unknown> = ready;

  /** One change of consent after another: a withdrawal must not be overtaken by the consent before it. */
  function inTurn(work: (open: Parts) => Promise<void>): Promise<void> {
    const done = turn.then(() => ready).then(work);
    turn = done.catch(() => {});
    return done;
  }

  /** At once where it can be: a page that is being left has no later. */
  function withParts(work: (parts: Parts) => void): void {
    if (parts) work(parts);
    else ready.then(work).catch(failed);
  }

  /**
   * Several events of one moment are one session to encode, in a task of its own: what the shopper has clicked is drawn first, and a worker that
   * wakes up just then would take the processor from that. Who asks for a ranking does not wait for it.
   */
  function schedule(): void {
    if (scheduled || signal.aborted || !awake) return;
    scheduled = true;
    later().then(() => {
      if (scheduled && !signal.aborted) observe();
    });
  }

  function observe(): Promise<PersonaState> {
    scheduled = false;
    const started = performance.now();
    const events = parts?.session.events() ?? [];
    const observed = engine.call((open) => open.observe(events));
    persona = observed;
    observed.then(
      (state) => {
        renamed = state.renamed;
        if (persona === observed) emit({ type: "persona", persona: state });
      },
      () => {},
    );
    if (update) update.main += performance.now() - started;
    return observed;
  }

  /** Rankings and what is learned from them go by the catalogue's ids. */
  const named = (event: PresentlyEvent): PresentlyEvent =>
    renamed && event.items ? { ...event, items: event.items.map((item) => ({ ...item, item_id: renamed?.get(item.item_id) ?? item.item_id })) } : event;

  function add({ session, feedback }: Parts, event: PresentlyEvent, id?: string, known = false): void {
    const before = session.events();
    void session.add(event, id);
    // A purchase told twice is left out by the session, and is no second answer either; what the page before had taken in it has answered.
    if (session.events() !== before && !known) feedback.observe(named(event), session.events().map(named));
  }

  function record(input: unknown): void {
    if (signal.aborted) return;
    const started = performance.now();
    let event: PresentlyEvent;
    try {
      event = parseEvent(input, now());
    } catch (error) {
      failed(error);
      return;
    }
    const id = parts ? undefined : early.note(event);
    const parsed = performance.now();
    withParts((open) => {
      const opened = performance.now();
      add(open, event, id);
      // Waiting for the session to open takes time, but none of the page's.
      update = { started, main: parsed - started + performance.now() - opened };
    });
  }

  async function rank(request: RankingRequestInput): Promise<Ranking> {
    wake();
    await ready;
    if (scheduled || !persona) observe().catch(() => {});
    const timed = update;
    const ranking = await engine.call((open) => open.rank(request));
    if (timed && timed === update) {
      const engineShare = ((await persona?.catch(() => null))?.milliseconds ?? 0) + ranking.milliseconds;
      lastUpdate = { main: timed.main, engine: engineShare, total: performance.now() - timed.started };
      update = null;
    }
    for (const { item_id, title } of ranking.items) titles.set(item_id, title);
    parts?.feedback.ranked(ranking);
    emit({ type: "ranking", ranking });
    return ranking;
  }

  async function change(open: Parts, next: Consent): Promise<void> {
    const { store } = consent();
    known = next;
    // What is withdrawn ends before anything else is done.
    if (!next.share) await open.feedback.setMode(false);
    if (!next.store) early.clear();
    if (next.store !== store) {
      const old = open.storage;
      open.storage = next.store ? await openStorage({ page, onProblem: problem }) : lazyMemory();
      await open.session.moveTo(open.storage);
      await open.feedback.moveTo(open.storage);
      await old.clear();
      old.close();
    }
    if (next.share) await open.feedback.setMode(next.share);
    // Last: it keeps or deletes a whole release, for which a click's answer cannot wait.
    if (next.store !== store) await engine.allowStorage(next.store);
    emit({ type: "consent", consent: next });
  }

  const apply = (next: Consent) => inTurn((open) => change(open, next));

  const decide = (wanted: Partial<Consent>) =>
    inTurn((open) => {
      const next = allowed({ ...consent(), ...wanted });
      // First: the page may be left before all of it has changed.
      choices.write(next);
      return change(open, next);
    });

  function erase(): Promise<void> {
    chosen = true;
    // A page that is opened meanwhile must not take the old choice up.
    choices.write(NO_CONSENT);
    return inTurn(async (open) => {
      await open.session.clear();
      await open.feedback.clear();
      await open.storage.clear();
      await change(open, NO_CONSENT);
      choices.write(NO_CONSENT);
      await engine.allowStorage(false);
      lastUpdate = null;
    });
  }

  // In the back/forward cache it heard of no other page's choice.
  const onShow = ({ persisted }: PageTransitionEvent) => {
    if (persisted && consent().store) apply(given()).catch(failed);
  };
  page.addEventListener("pageshow", onShow, { signal });

  /** To other tabs, and for consent to where the shop already has it: its own function, or the tools on the page. */
  async function listen(): Promise<void> {
    choices.watch((next) => apply(allowed(next)).catch(failed), signal);
    const watch = asked === "auto" ? (await import("./consent/consent-sources.js")).watchConsent : asked;
    if (typeof watch !== "function" || signal.aborted) return;
    const stop = watch((choice) => {
      if (choice && !chosen) decide(declared(choice)).catch(failed);
    }, page);
    if (stop) stops.push(stop);
  }
  // At once: the page may be left in this very task.
  if (options.capture !== false)
    whenShown(page.document, () => {
      if (signal.aborted) return;
      stops.push(
        startCapture(page, {
          track: record,
          now,
          searchParameters: options.searchParameters,
          onProblem: (cause) => failed(missingFile("capture/unreadable", "page-reader", cause)),
        }),
      );
    });

  const client: Presently = {
    track: record,
    recommend: (given) => rank({ ...given, kind: "recommend" }),
    similar: (itemId, given) => rank({ ...given, kind: "similar", itemId }),
    rerank: (itemIds, given) => rank({ limit: Math.max(1, Math.min(1000, itemIds.length)), ...given, kind: "rerank", itemIds: [...itemIds] }),
    complement: (itemIds, given) => rank({ ...given, kind: "complement", ...(itemIds && { itemIds: [...itemIds] }) }),
    trending: (given) => rank({ ...given, kind: "trending" }),
    async persona() {
      wake();
      await ready;
      return persona && !scheduled ? persona : observe();
    },
    timeline: () => parts?.session.events() ?? [],
    map: () => engine.call((open) => open.map()),
    report(rankingId, itemId, what) {
      withParts(({ feedback }) => (what === "shown" ? feedback.shown(rankingId, itemId) : feedback.outcome(rankingId, itemId, what)));
      if (what === "click") record({ name: "select_item", item_id: itemId, ranking_id: rankingId });
    },
    subscribe(listener) {
      wake();
      return changes.subscribe(listener);
    },
    consent,
    setConsent(wanted) {
      chosen = true;
      return decide(wanted);
    },
    forget() {
      withParts(() => channel?.post(FORGET));
      return erase();
    },
    async remove(event) {
      await (await ready).session.remove(event);
    },
    export: async () => (await import("./portable.js")).exportPersona((await ready).session.events(), now()),
    async import(data) {
      const events = (await import("./portable.js")).importPersona(data, now());
      await (await ready).session.replace(events);
    },
    ledger: async () => (await ready).feedback.ledger(),
    async status() {
      const { storage, session, feedback } = await ready;
      const status = await engine.call((open) => open.status()).catch(() => engine.status());
      return {
        ...status,
        problems: [...status.problems, ...changes.problems()],
        storage: storage.persistent ? "indexeddb" : "memory",
        consent: consent(),
        endpoint: feedback.state(),
        queued: feedback.queued(),
        events: session.events().length,
        lastUpdate,
      };
    },
    stop() {
      for (const stop of stops) stop();
      parts?.session.stop();
      parts?.feedback.stop();
      engine.stop();
      changes.stop();
    },
    doctor: () =>
      import("./doctor/doctor.js").then(({ doctor }) => doctor({ page, options, settings, client, engine, chosen: () => chosen }), failed as () => undefined),
  };
  return client;
}
