import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { gtag, openPage } from "../../testing/consent-rig.js";
import type { Consent } from "../contract/consent.js";
import { consentMode } from "./consent-mode.js";
import { SOURCES } from "./consent-sources.js";
import { shopify } from "./shopify.js";
import type { ConsentSource } from "./source.js";
import { tcf } from "./tcf.js";

type Heard = Partial<Consent> | undefined;
const YES: Consent = { store: true, share: "balanced" };
const NO: Consent = { store: false, share: false };

/** A consent tool as it behaves on pages, reduced to the shopper's clicks. */
interface Tool {
  choose(agreed: boolean): void;
}

/** As https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework describes version 2 of the API. */
function installTcf(page: Window, broken = false): Tool {
  const listeners = new Map<number, (data: unknown, success: boolean) => void>();
  let state: object = { gdprApplies: true, eventStatus: "cmpuishown", purpose: { consents: {} } };
  const api = (command: string, _version: number, callback: (data: unknown, success: boolean) => void, parameter?: number) => {
    if (broken) throw new Error("the tool is broken");
    if (command === "addEventListener") {
      const listenerId = listeners.size + 1;
      listeners.set(listenerId, callback);
      callback({ ...state, listenerId }, true);
    } else if (command === "removeEventListener") callback(listeners.delete(parameter ?? -1), true);
  };
  Object.assign(page, { __tcfapi: api });
  return {
    choose(agreed) {
      const consents = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [i + 1, agreed]));
      state = { gdprApplies: true, eventStatus: "useractioncomplete", purpose: { consents } };
      for (const [listenerId, callback] of listeners) callback({ ...state, listenerId }, true);
    },
  };
}

function installConsentMode(page: Window, broken = false): Tool {
  if (broken) {
    Object.assign(page, {
      dataLayer: new Proxy([], { get: (layer, key) => (key === "push" ? undefined : Reflect.get(layer, key)), defineProperty: () => false }),
    });
    return { choose: () => {} };
  }
  const all = (state: string) => ({ personalization_storage: state, functionality_storage: state, analytics_storage: state, ad_storage: "denied" });
  gtag(page, "consent", "default", { ...all("denied"), wait_for_update: 500 });
  return { choose: (agreed) => gtag(page, "consent", "update", all(agreed ? "granted" : "denied")) };
}

/** As https://shopify.dev/docs/api/customer-privacy; the theme loads the API on demand. */
function installShopify(page: Window, broken = false): Tool {
  let agreed: boolean | null = null;
  const customerPrivacy = {
    preferencesProcessingAllowed: () => {
      if (broken) throw new Error("the tool is broken");
      return agreed === true;
    },
    analyticsProcessingAllowed: () => agreed === true,
  };
  const shop: { loadFeatures: unknown; customerPrivacy?: unknown } = {
    loadFeatures: (_features: unknown, done: () => void) => {
      shop.customerPrivacy = customerPrivacy;
      done();
    },
  };
  Object.assign(page, { Shopify: shop });
  return {
    choose(next) {
      agreed = next;
      shop.customerPrivacy = customerPrivacy;
      page.document.dispatchEvent(new (page as unknown as typeof globalThis).CustomEvent("visitorConsentCollected"));
    },
  };
}

const CASES: readonly [ConsentSource, (page: Window, broken?: boolean) => Tool][] = [
  [tcf, installTcf],
  [consentMode, installConsentMode],
  [shopify, installShopify],
];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("every source is held to this", () => {
  expect(CASES.map(([source]) => source)).toEqual(SOURCES);
});

describe.each(CASES)("consent from $name", (source, install) => {
  function watch(page: Window) {
    const heard: Heard[] = [];
    const stop = source.watch(page, (choice) => heard.push(choice));
    return { heard, stop };
  }

  it("calls nobody where the page has no such tool", () => {
    const { heard, stop } = watch(openPage());
    vi.advanceTimersByTime(60_000);
    stop();
    expect(heard).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("says first that a tool is there and open, then what the shopper chose, and every change of mind", () => {
    const page = openPage();
    const tool = install(page);
    const { heard, stop } = watch(page);
    vi.advanceTimersByTime(200);
    expect(heard[0]).toBeUndefined();
    for (const agreed of [true, false, true]) {
      tool.choose(agreed);
      vi.advanceTimersByTime(200);
      expect(heard.at(-1)).toEqual(agreed ? YES : NO);
    }
    stop();
  });

  it("hears the choice of an earlier page from a tool that was there before", () => {
    const page = openPage();
    install(page).choose(true);
    const { heard, stop } = watch(page);
    vi.advanceTimersByTime(200);
    expect(heard.at(-1)).toEqual(YES);
    stop();
  });

  it("hears a tool that comes late, with a choice from an earlier page", () => {
    const page = openPage();
    const { heard, stop } = watch(page);
    vi.advanceTimersByTime(9_000);
    install(page).choose(true);
    vi.advanceTimersByTime(10_000);
    expect(heard.at(-1)).toEqual(YES);
    stop();
  });

  it("hears nothing after its stop, and leaves no timer", () => {
    const page = openPage();
    const tool = install(page);
    const { heard, stop } = watch(page);
    vi.advanceTimersByTime(200);
    stop();
    const before = heard.length;
    tool.choose(true);
    vi.advanceTimersByTime(60_000);
    expect(heard.length).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("survives a tool that throws or cannot be followed: no consent comes of it, and no error", () => {
    const page = openPage();
    const tool = install(page, true);
    const { heard, stop } = watch(page);
    vi.advanceTimersByTime(10_000);
    tool.choose(true);
    vi.advanceTimersByTime(10_000);
    stop();
    expect(heard.filter((choice) => choice !== undefined)).toEqual([]);
  });
});
