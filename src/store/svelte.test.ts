// @vitest-environment happy-dom
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { compile } from "svelte/compiler";
import { afterAll, describe, expect, it } from "vitest";
import { fakeClient, settle } from "../../testing/fake-client.js";
import { rankingStore } from "./index.js";

const FOLDER = `${import.meta.dirname}/../../test-results`;
const FILE = `${FOLDER}/ranking-${process.pid}.svelte.js`;
const COMPONENT = `<script>
  let { ranking } = $props();
</script>
<p>{$ranking.status}: {#each $ranking.items as { item_id } (item_id)}<b>{item_id}</b>{/each}</p>`;

interface Runtime {
  mount(component: unknown, options: { target: Element; props: object }): object;
  unmount(component: object): Promise<void>;
}

/** What "svelte" is in browsers; for Node it is the part that renders on servers. */
const RUNTIME = `${import.meta.dirname}/../../node_modules/svelte/src/index-client.js`;

describe("Svelte", () => {
  afterAll(() => rmSync(FILE, { force: true }));

  it("takes a ranking by $, follows it while the component is there, and no longer", async () => {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(FILE, compile(COMPONENT, { generate: "client", name: "Ranking" }).js.code);
    const { mount, unmount }: Runtime = await import(RUNTIME);
    const { default: Ranking } = await import(FILE);
    const rig = fakeClient();
    const component = mount(Ranking, { target: document.body, props: { ranking: rankingStore(rig.client, { limit: 2 }) } });
    await settle();
    expect(document.body.textContent).toBe("ready: ab");
    await rig.moves(["c"]);
    expect(document.body.textContent).toBe("ready: c");
    await unmount(component);
    await settle();
    expect([rig.listeners.size, document.body.textContent]).toEqual([0, ""]);
  });
});
