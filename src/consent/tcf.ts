/*
 * IAB Transparency & Consent Framework 2.2 (CMP API v2, https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework).
 *
 * What Presently does, in the framework's purposes:
 *
 *   store   1 (store information on a device), 5 (create profiles to personalise content) and 6 (use them): the session that is kept is such
 *           a profile, and the products of the shop itself are its content. 3 and 4 are the same for advertising, which Presently is not: a
 *           shopper who refuses advertising and agrees to personal content gets it.
 *   share   10 (develop and improve services): answers train the shop's own model. 7 to 9 measure for the one who measures: no record of
 *           Presently's tells the shop how an advertisement, a text or an audience did.
 *
 * Consents count, legitimate interests do not: Presently waits for a yes. Vendors do not count either: it is the shop's own script, and no
 * vendor gets anything. purposeOneTreatment (purpose 1 not asked for) is no yes. Where the GDPR does not apply, the framework asks nobody,
 * and that is consent.
 */
import type { Consent } from "../contract/consent.js";
import { type ConsentSource, guard, whenThere } from "./source.js";

interface TcData {
  readonly gdprApplies?: boolean;
  readonly eventStatus?: string;
  readonly listenerId?: number;
  readonly purpose?: { readonly consents?: Readonly<Record<string, boolean | undefined>> };
}
type TcCallback = (data: TcData, success: boolean) => void;
type TcApi = (command: string, version: number, callback: TcCallback, parameter?: number) => void;
type Frame = Window & { __tcfapi?: TcApi };

const LOCATOR = "__tcfapiLocator";
/** Not while the banner is up: its consents are not the shopper's yet. */
const DECIDED = ["tcloaded", "useractioncomplete"];

function choiceOf({ gdprApplies, eventStatus = "", purpose }: TcData): Consent | null {
  if (gdprApplies === false) return { store: true, share: "balanced" };
  if (!DECIDED.includes(eventStatus)) return null;
  const agreed = (...purposes: number[]) => purposes.every((one) => purpose?.consents?.[one] === true);
  return { store: agreed(1, 5, 6), share: agreed(10) && "balanced" };
}

/** A consent tool in a frame around this one answers messages. */
function acrossFrames(page: Window, frame: Window, signal: AbortSignal): TcApi {
  const calls = new Map<string, TcCallback>();
  const onMessage = ({ data, source }: MessageEvent) => {
    if (source !== frame) return;
    try {
      const { callId, returnValue, success } = (typeof data === "string" ? JSON.parse(data) : data).__tcfapiReturn;
      calls.get(callId)?.(returnValue, success);
    } catch {
      // Some other message.
    }
  };
  page.addEventListener("message", onMessage, { signal });
  return (command, version, callback, parameter) => {
    const callId = `presently ${Math.random()}`;
    calls.set(callId, callback);
    frame.postMessage({ __tcfapiCall: { command, version, callId, ...(parameter !== undefined && { parameter }) } }, "*");
  };
}

/** The page's own tool or its stub, which keeps calls until the tool is loaded; else the nearest frame around with a locator. */
function find(page: Window, signal: AbortSignal): TcApi | null {
  const own = () => (page as Frame).__tcfapi;
  // Looked up anew with each call: the tool replaces its stub.
  if (typeof own() === "function") return (...call) => own()?.(...call);
  for (let frame = page; frame.parent && frame.parent !== frame; ) {
    frame = frame.parent;
    try {
      // A frame's name can be seen from another origin; a name that is not there throws.
      if ((frame.frames as unknown as Record<string, unknown>)[LOCATOR]) return acrossFrames(page, frame, signal);
    } catch {}
  }
  return null;
}

export const tcf: ConsentSource = {
  name: "tcf",
  watch(page, listener) {
    const abort = new AbortController();
    const { signal } = abort;
    let api: TcApi | null = null;
    let listenerId: number | undefined;
    const remove = guard(() => {
      if (listenerId !== undefined) api?.("removeEventListener", 2, () => {}, listenerId);
    });
    const stop = whenThere(
      page,
      () => find(page, signal),
      (found) => {
        api = found;
        listener(undefined);
        api("addEventListener", 2, (data, success) => {
          if (!success || !data) return;
          listenerId = data.listenerId;
          if (signal.aborted) return remove();
          const choice = choiceOf(data);
          if (choice) listener(choice);
        });
      },
    );
    return () => {
      stop();
      remove();
      abort.abort();
    };
  },
};
