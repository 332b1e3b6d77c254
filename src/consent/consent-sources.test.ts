import { describe, expect, it } from "vitest";
import { openPage } from "../../testing/consent-rig.js";
import type { Consent, ConsentListener } from "../contract/consent.js";
import { combine, watchConsent } from "./consent-sources.js";
import type { ConsentSource } from "./source.js";

const YES: Consent = { store: true, share: "balanced" };
const NO: Consent = { store: false, share: false };

/** A source that the test speaks through. */
function spoken(name: ConsentSource["name"]) {
  let listener: ConsentListener = () => {};
  let stopped = false;
  const source: ConsentSource = {
    name,
    watch(_, tell) {
      listener = tell;
      return () => {
        stopped = true;
      };
    },
  };
  return { source, say: (choice: Partial<Consent> | undefined) => listener(choice), stopped: () => stopped };
}

describe("several consent tools on one page", () => {
  it.each([
    [[YES, YES], YES],
    [[YES, NO], NO],
    [[YES, { store: false }], { store: false, share: "balanced" }],
    [[{ store: true }, { share: "session" }], { store: true, share: "session" }],
    [[{ store: true }], { store: true, share: false }],
    [[{}], NO],
    [[YES, undefined], undefined],
    [[], undefined],
  ] as const)("that say %j mean %j", (said, meant) => {
    expect(combine(said)).toEqual(meant);
  });

  it("are told as one, each change once", () => {
    const [one, two] = [spoken("tcf"), spoken("shopify")];
    const heard: unknown[] = [];
    const stop = watchConsent((choice) => heard.push(choice), openPage(), [one.source, two.source]);
    one.say(undefined);
    one.say(YES);
    one.say(YES);
    two.say(undefined);
    two.say(YES);
    two.say(NO);
    one.say(NO);
    expect(heard).toEqual([YES, undefined, YES, NO]);
    stop();
    expect([one.stopped(), two.stopped()]).toEqual([true, true]);
  });
});
