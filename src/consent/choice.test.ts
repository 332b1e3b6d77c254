import { describe, expect, it } from "vitest";
import { openPage } from "../../testing/consent-rig.js";
import { type Consent, NO_CONSENT } from "../contract/consent.js";
import { consentOf, consentStore, doNotTrack, globalPrivacyControl } from "./choice.js";

const YES: Consent = { store: true, share: "session" };

const withNavigator = (signals: object): Window => ({ navigator: signals }) as unknown as Window;

describe("a choice", () => {
  it("is remembered on this device until it is withdrawn, and a refusal leaves no byte", () => {
    const page = openPage();
    consentStore(page).write(YES);
    expect(consentStore(page).read()).toEqual(YES);
    consentStore(page).write({ store: false, share: "balanced" });
    expect(page.localStorage.length).toBe(0);
    expect(consentStore(page).read()).toEqual(NO_CONSENT);
  });

  it.each(["{", "null", "7", '"yes"', '{"store":1,"share":"everything"}', '{"store":"true","share":true}'])("is none where the disk says %s", (text) => {
    const page = openPage();
    page.localStorage.setItem("presently.consent", text);
    expect(consentStore(page).read()).toEqual(NO_CONSENT);
  });

  it("lasts as long as the page where localStorage throws", () => {
    const page = {
      get localStorage(): Storage {
        throw new DOMException("sandboxed", "SecurityError");
      },
    } as Window;
    consentStore(page).write(YES);
    expect(consentStore(page).read()).toEqual(NO_CONSENT);
  });

  it("made in another tab is heard, until the stop; other keys are nobody's business", () => {
    const page = openPage();
    const heard: Consent[] = [];
    const abort = new AbortController();
    consentStore(page).watch((consent) => heard.push(consent), abort.signal);
    const elsewhere = (key: string | null, newValue: string | null) =>
      page.dispatchEvent(Object.assign(new (page as unknown as typeof globalThis).Event("storage"), { key, newValue }));
    elsewhere("presently.consent", JSON.stringify(YES));
    elsewhere("cart", "{}");
    elsewhere(null, null);
    abort.abort();
    elsewhere("presently.consent", JSON.stringify(YES));
    expect(heard).toEqual([YES, NO_CONSENT]);
  });

  it("is a yes only where it is exactly one", () => {
    expect(consentOf({ store: 1, share: true })).toEqual(NO_CONSENT);
    expect(consentOf({ store: true, share: "private" })).toEqual({ store: true, share: false });
    expect(consentOf({})).toEqual(NO_CONSENT);
  });
});

describe("the browser's own signals", () => {
  it("are true only where the browser says so", () => {
    expect(
      [true, false, undefined].map((globalPrivacyControl_) => globalPrivacyControl(withNavigator({ globalPrivacyControl: globalPrivacyControl_ }))),
    ).toEqual([true, false, false]);
    expect(["1", "0", "unspecified", null].map((value) => doNotTrack(withNavigator({ doNotTrack: value })))).toEqual([true, false, false, false]);
  });
});
