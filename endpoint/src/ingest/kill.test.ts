import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FeedbackBatch } from "presently/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildEndpoint, startEndpoint } from "../../../testing/endpoint-rig.js";
import { openStore } from "../store/store.js";

/** More of them: KILLS=500 npx vitest run endpoint/src/ingest/kill.test.ts */
const KILLS = Number(process.env.KILLS ?? 10);
const SENDERS = 12;

const batch = (key: string): FeedbackBatch => ({
  format: "presently.feedback/1",
  key,
  release: 1,
  mode: "balanced",
  records: [0, 1, 2].map((i) => ({ kind: "pair", context: "a", target: `${key}-${i}`, outcome: "view", position: null, propensity: null })),
});

describe("kill -9 under load", () => {
  let data: string;
  beforeAll(() => {
    data = mkdtempSync(join(tmpdir(), "kill-"));
    buildEndpoint();
  }, 120_000);
  afterAll(() => rmSync(data, { recursive: true }));

  it(
    `loses no acknowledged batch and stores none twice, ${KILLS} times`,
    async () => {
      const acknowledged = new Set<string>();
      const sent = new Set<string>();
      /** Without an answer: sent again under the same key, as pages do. */
      let again: string[] = [];

      async function send(url: string, key: string): Promise<boolean> {
        sent.add(key);
        const response = await fetch(`${url}/v1/feedback`, {
          method: "POST",
          headers: { "content-type": "text/plain" },
          body: JSON.stringify(batch(key)),
        }).catch(() => null);
        if (response?.status === 202) acknowledged.add(key);
        else if (response) throw new Error(`answered ${response.status}: ${await response.text()}`);
        else again.push(key);
        return response !== null;
      }

      for (let kill = 0; kill < KILLS; kill++) {
        const { child, url } = await startEndpoint(data, "--no-train");
        const before = acknowledged.size;
        const retries = again;
        again = [];
        const senders = Array.from({ length: SENDERS }, async () => {
          while (await send(url, retries.pop() ?? randomBytes(16).toString("hex")));
        });
        while (acknowledged.size === before) await new Promise((resolve) => setTimeout(resolve, 2));
        // At any moment: in the middle of a request, a transaction, a checkpoint.
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 250));
        child.kill("SIGKILL");
        await Promise.all(senders);
        again.push(...retries);
      }

      const store = openStore(data);
      const stored = new Map<string, number>();
      for (const { record } of store.feedback.records()) if (record.kind === "pair") stored.set(record.target, (stored.get(record.target) ?? 0) + 1);
      for (const key of sent) {
        const counts = [0, 1, 2].map((i) => stored.get(`${key}-${i}`) ?? 0);
        if (acknowledged.has(key)) expect(counts).toEqual([1, 1, 1]);
        else expect([[0, 0, 0].join(), [1, 1, 1].join()]).toContain(counts.join());
      }
      expect(store.counters().records).toBe(stored.size);
      store.close();
    },
    30_000 + KILLS * 5_000,
  );
});
