import { type FeedbackBatch, type FeedbackRecord, MAX_BATCH_RECORDS, PresentlyError } from "presently/contract";
import type { Random } from "./random.js";
import type { Fetch } from "./release.js";

const hex = (random: Random, digits: number) => Array.from({ length: digits }, () => Math.floor(random.next() * 16).toString(16)).join("");

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

/**
 * Sends records as pages do: balanced mode, shuffled, at most 100 a batch, each under a key of its own.
 * @param keys draws the keys; not the shoppers' generator, or two runs with one seed would be taken for retries of each other
 * @throws PresentlyError `simulate/feedback` where the endpoint does not take a batch
 */
export async function sendFeedback(
  fetch: Fetch,
  endpoint: string,
  release: number,
  records: readonly FeedbackRecord[],
  random: Random,
  keys: Random,
): Promise<number> {
  const mixed = shuffled(records, random);
  let batches = 0;
  for (let at = 0; at < mixed.length; at += MAX_BATCH_RECORDS) {
    const batch: FeedbackBatch = {
      format: "presently.feedback/1",
      key: hex(keys, 32),
      release,
      mode: "balanced",
      records: mixed.slice(at, at + MAX_BATCH_RECORDS),
    };
    const response = await fetch(new URL("/v1/feedback", endpoint).href, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: JSON.stringify(batch),
    });
    if (!response.ok)
      throw new PresentlyError("simulate/feedback", `${endpoint} answered ${response.status} to a batch: ${(await response.text()).slice(0, 200)}`);
    batches++;
  }
  return batches;
}
