import { afterAll, afterEach, describe, expect, it } from "vitest";
import { pageChannel } from "./channel.js";

const sender = new BroadcastChannel("presently");
const open: AbortController[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.abort();
});

function tab(deaf: boolean) {
  const page = new EventTarget();
  const heard: unknown[] = [];
  const abort = new AbortController();
  pageChannel(page, () => deaf, abort.signal)?.hear((message) => heard.push(message));
  open.push(abort);
  const say = async (what: string) => {
    sender.postMessage(what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  return { page, heard, say, abort };
}

describe("a page in the back/forward cache", () => {
  it("hears nothing that would evict it, and listens again when it is back", async () => {
    const { page, heard, say } = tab(true);
    await say("one");
    page.dispatchEvent(new Event("pagehide"));
    await say("two");
    page.dispatchEvent(new Event("pageshow"));
    await say("three");
    expect(heard).toEqual(["one", "three"]);
  });

  it("hears all where it has nothing on disk to read later", async () => {
    const { page, heard, say } = tab(false);
    page.dispatchEvent(new Event("pagehide"));
    await say("forget");
    expect(heard).toEqual(["forget"]);
  });
});

describe("a page that has stopped", () => {
  it("does not listen again", async () => {
    const { page, heard, say, abort } = tab(true);
    abort.abort();
    page.dispatchEvent(new Event("pageshow"));
    await say("one");
    expect(heard).toEqual([]);
  });
});

afterAll(() => sender.close());
