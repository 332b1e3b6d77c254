import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openPage } from "../../testing/consent-rig.js";
import { tcf } from "./tcf.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function told(data: object) {
  const page = openPage();
  Object.assign(page, { __tcfapi: (_c: string, _v: number, callback: (data: object, success: boolean) => void) => callback(data, true) });
  const heard: unknown[] = [];
  tcf.watch(page, (choice) => heard.push(choice))();
  return heard.at(-1);
}

const consents = (...purposes: number[]) => ({
  gdprApplies: true,
  eventStatus: "tcloaded",
  purpose: { consents: Object.fromEntries(purposes.map((one) => [one, true])) },
});

describe("the framework's purposes", () => {
  it.each([
    [[1, 5, 6], { store: true, share: false }],
    [[1, 5, 6, 10], { store: true, share: "balanced" }],
    [[10], { store: false, share: "balanced" }],
    [[1, 5], { store: false, share: false }],
    [[5, 6, 10], { store: false, share: "balanced" }],
    [[1, 2, 3, 4, 7, 8, 9, 11], { store: false, share: false }],
    [[], { store: false, share: false }],
  ] as const)("%j are %j", (purposes, choice) => {
    expect(told(consents(...purposes))).toEqual(choice);
  });

  it("count as consents alone: a legitimate interest and purposeOneTreatment are no yes", () => {
    const all = { 1: true, 5: true, 6: true, 10: true };
    expect(told({ gdprApplies: true, eventStatus: "tcloaded", purposeOneTreatment: true, purpose: { consents: {}, legitimateInterests: all } })).toEqual({
      store: false,
      share: false,
    });
  });

  it("are not asked for where the GDPR does not apply", () => {
    expect(told({ gdprApplies: false, eventStatus: "tcloaded" })).toEqual({ store: true, share: "balanced" });
  });

  it("do not count while the banner is up", () => {
    expect(told({ ...consents(1, 5, 6, 10), eventStatus: "cmpuishown" })).toBeUndefined();
  });
});

describe("a tool in a frame around this one", () => {
  /** Two frames that exchange messages, as windows of two origins do. */
  function frames() {
    const page = openPage();
    const asked: { command: string; parameter?: number; callId: string }[] = [];
    const around = {
      frames: { __tcfapiLocator: {} },
      postMessage({ __tcfapiCall }: { __tcfapiCall: (typeof asked)[number] }) {
        asked.push(__tcfapiCall);
      },
    };
    Object.defineProperty(around, "parent", { value: around });
    Object.defineProperty(page, "parent", { value: around, configurable: true });
    const answer = (returnValue: object, source: unknown = around, callId = asked[0].callId, asText = false) => {
      const data = { __tcfapiReturn: { callId, returnValue, success: true } };
      const event = Object.assign(new (page as unknown as typeof globalThis).Event("message"), { data: asText ? JSON.stringify(data) : data, source });
      page.dispatchEvent(event);
    };
    return { page, asked, answer };
  }

  it("is asked by messages, as objects or as text, and heard until the stop", () => {
    const { page, asked, answer } = frames();
    const heard: unknown[] = [];
    const stop = tcf.watch(page, (choice) => heard.push(choice));
    expect(asked.map(({ command }) => command)).toEqual(["addEventListener"]);
    answer({ ...consents(1, 5, 6), listenerId: 7 });
    answer({ ...consents(1, 5, 6, 10), listenerId: 7 }, undefined, undefined, true);
    expect(heard.slice(1)).toEqual([
      { store: true, share: false },
      { store: true, share: "balanced" },
    ]);
    stop();
    expect(asked[1]).toMatchObject({ command: "removeEventListener", parameter: 7 });
    answer(consents());
    expect(heard).toHaveLength(3);
  });

  it("is not believed when somebody else answers", () => {
    const { page, answer } = frames();
    const heard: unknown[] = [];
    const stop = tcf.watch(page, (choice) => heard.push(choice));
    answer(consents(1, 5, 6, 10), { postMessage() {} });
    answer(consents(1, 5, 6, 10), undefined, "another call");
    expect(heard).toEqual([undefined]);
    stop();
  });
});
