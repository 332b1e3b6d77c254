/**
 * Runs in the page: starts the shipped worker, feeds it sessions, and times each event.
 * `total`: from the event to the answered ranking. `main`: what of it this thread spent. `engine`: the encoder alone.
 */
export async function measureBackend({ backend, rounds, session }) {
  const longTasks = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries())).observe({ type: "longtask" });
  const worker = new Worker("/sdk/worker.js", { type: "module" });
  const waiting = new Map();
  let calls = 0;
  let main = 0;
  let ready;
  const started = new Promise((resolve) => {
    ready = resolve;
  });
  worker.onmessage = ({ data }) => {
    const from = performance.now();
    if (data.type === "ready") ready();
    const call = waiting.get(data.id);
    if (data.type === "answer") call.resolve(data.value);
    if (data.type === "failure") call.reject(new Error(`${data.error.code}: ${data.error.message}`));
    main += performance.now() - from;
  };
  const call = (method, ...args) =>
    new Promise((resolve, reject) => {
      const from = performance.now();
      const id = calls++;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ type: "call", id, method, args });
      main += performance.now() - from;
    });
  await started;
  const url = (path) => new URL(path, location.href).href;
  const { items } = await call("open", {
    manifest: url("/presently/manifest.json"),
    assets: url("/sdk/"),
    backends: [backend],
    refreshInterval: 0,
    store: false,
  });
  const ids = (await call("rank", { kind: "recommend", limit: 200 })).items.map((item) => item.item_id);
  const samples = { total: [], main: [], engine: [] };
  let events = [];
  for (let round = -20; round < rounds; round++) {
    if (events.length >= session) events = [];
    events = [...events, { name: "view_item", time: 1.7e12 + round * 30_000, items: [{ item_id: ids[Math.abs(round * 37) % ids.length] }] }];
    main = 0;
    const from = performance.now();
    const [persona] = await Promise.all([call("observe", events), call("rank", { kind: "recommend", limit: 12, explore: 0.1 })]);
    const total = performance.now() - from;
    if (persona.backend !== backend) {
      if (round < 0) continue;
      const { problems } = await call("status");
      return { problem: problems.at(-1)?.message ?? `the backend ${backend} did not answer` };
    }
    // The first twenty compile and warm up.
    if (round < 0) continue;
    samples.total.push(total);
    samples.main.push(main);
    samples.engine.push(persona.milliseconds);
  }
  worker.terminate();
  return { ...samples, items, longTasks: longTasks.length };
}
