import { afterAll, afterEach, describe, expect, it } from "vitest";
import { pageChannel } from "./channel.js";

const sender = new BroadcastChannel("presently");
const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

function tab(deaf: boolean) {
  const page = new EventTarget();
  const heard: unknown[] = [];
  const channel = pageChannel(page, () => deaf);
  channel?.hear((message) => heard.push(message));
  if (channel) open.push(channel);
  const say = async (what: string) => {
    sender.postMessage(what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  return { page, heard, say, channel };
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
    const { page, heard, say, channel } = tab(true);
    channel?.close();
    page.dispatchEvent(new Event("pageshow"));
    await say("one");
    expect(heard).toEqual([]);
  });
});

afterAll(() => sender.close());
