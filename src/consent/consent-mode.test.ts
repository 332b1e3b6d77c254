import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { gtag, openPage } from "../../testing/consent-rig.js";
import { consentMode } from "./consent-mode.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watched(...before: unknown[][]) {
  const page = openPage();
  for (const call of before) gtag(page, ...call);
  const heard: unknown[] = [];
  const stop = consentMode.watch(page, (choice) => heard.push(choice));
  return { page, heard, stop };
}

const DENIED = { personalization_storage: "denied", analytics_storage: "denied" };
const GRANTED = { personalization_storage: "granted", analytics_storage: "granted" };

describe("consent mode", () => {
  it.each([
    [{ personalization_storage: "granted" }, { store: true }],
    [{ personalization_storage: "granted", functionality_storage: "denied" }, { store: false }],
    [
      { functionality_storage: "granted", analytics_storage: "granted" },
      { store: true, share: "balanced" },
    ],
    [{ analytics_storage: "denied" }, { share: false }],
    [{ ad_storage: "granted", ad_user_data: "granted", ad_personalization: "granted" }, {}],
    [{ personalization_storage: "yes" }, {}],
  ])("reads an update of %j as %j", (parameters, choice) => {
    const { heard, stop } = watched(["consent", "update", parameters]);
    expect(heard).toEqual([choice]);
    stop();
  });

  it("waits with a denied default for the tool's update, so that a remembered consent is not deleted in between", () => {
    const { page, heard, stop } = watched(["consent", "default", DENIED]);
    vi.advanceTimersByTime(1_500);
    expect(heard).toEqual([undefined]);
    gtag(page, "consent", "update", GRANTED);
    vi.advanceTimersByTime(60_000);
    expect(heard).toEqual([undefined, { store: true, share: "balanced" }]);
    stop();
  });

  it("takes a denied default for an answer when nothing follows, after wait_for_update or two seconds", () => {
    for (const [wait_for_update, after] of [
      [undefined, 2_000],
      [5_000, 5_000],
    ]) {
      const { heard, stop } = watched(["consent", "default", { ...DENIED, wait_for_update }]);
      vi.advanceTimersByTime(Number(after) - 1);
      expect(heard).toEqual([undefined]);
      vi.advanceTimersByTime(1);
      expect(heard).toEqual([undefined, { store: false, share: false }]);
      stop();
    }
  });

  it("takes a granted default at once", () => {
    const { heard, stop } = watched(["consent", "default", GRANTED]);
    expect(heard).toEqual([undefined, { store: true, share: "balanced" }]);
    stop();
  });

  it("takes a region's denials and not its grants: whether the shopper is there is not known", () => {
    const granted = watched(["consent", "default", { ...GRANTED, region: ["US"] }]);
    vi.advanceTimersByTime(60_000);
    expect(granted.heard.at(-1)).toEqual({});
    granted.stop();
    const denied = watched(["consent", "default", GRANTED], ["consent", "default", { ...DENIED, region: ["DE"] }]);
    vi.advanceTimersByTime(60_000);
    expect(denied.heard.at(-1)).toEqual({ store: false, share: false });
    denied.stop();
  });

  it("keeps what an update left out", () => {
    const { page, heard, stop } = watched(["consent", "update", GRANTED]);
    gtag(page, "consent", "update", { analytics_storage: "denied" });
    expect(heard.at(-1)).toEqual({ store: true, share: false });
    stop();
  });

  it("follows a data layer that the page replaces, and leaves pushes as they were", () => {
    const { page, heard, stop } = watched(["consent", "update", GRANTED]);
    const layer = (page as Window & { dataLayer?: unknown[] }).dataLayer as unknown[];
    expect(layer.push({ event: "a" }, null, "text", 7)).toBe(5);
    (page as Window & { dataLayer?: unknown[] }).dataLayer = [];
    vi.advanceTimersByTime(2_000);
    layer.push(["consent", "update", DENIED]);
    expect(heard).toHaveLength(1);
    gtag(page, "consent", "update", DENIED);
    expect(heard.at(-1)).toEqual({ store: false, share: false });
    stop();
  });
});
