/**
 * Runs in the page: starts the shipped worker, feeds it sessions, and times each event.
 * `total`: from the event to the answered ranking. `main`: what of it this thread spent. `engine`: the encoder alone.
 */
export async function measureBackend({ backend, rounds, session, pause }) {
  const begun = performance.now();
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
  const start = [performance.now() - begun];
  const url = (path) => new URL(path, location.href).href;
  const { items } = await call("open", {
    manifest: url("/presently/manifest.json"),
    assets: url("/sdk/"),
    ...(backend !== "chosen" && { backends: [backend] }),
    refreshInterval: 0,
    store: false,
  });
  start.push(performance.now() - begun - start[0]);
  const asked = performance.now();
  const ids = (await call("rank", { kind: "recommend", limit: 200 })).items.map((item) => item.item_id);
  start.push(performance.now() - asked);
  const samples = { total: [], main: [], engine: [] };
  let events = [];
  let answered = null;
  for (let round = 0; round < rounds; round++) {
    if (events.length >= session) events = [];
    events = [...events, { name: "view_item", time: 1.7e12 + round * 30_000, items: [{ item_id: ids[(round * 37) % ids.length] }] }];
    main = 0;
    const from = performance.now();
    const [persona] = await Promise.all([call("observe", events), call("rank", { kind: "recommend", limit: 12, explore: 0.1 })]);
    samples.total.push(performance.now() - from);
    samples.main.push(main);
    samples.engine.push(persona.milliseconds);
    answered = persona.backend;
    // Until a backend has been chosen, plain JavaScript answers: four events see that, the others wait for it.
    if (round === 3)
      for (const late = performance.now() + 60_000; answered === null && performance.now() < late; ) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        answered = (await call("observe", events)).backend;
      }
    if (round >= 3 && (answered === null || (backend !== "chosen" && answered !== backend))) {
      const { problems } = await call("status");
      // A backend that must compile first lets plain JavaScript stand in for some events.
      if (round === 3 || round > 20) return { problem: problems.at(-1)?.message ?? `the backend ${backend} did not answer` };
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  worker.terminate();
  return { ...samples, items, answered, start, first: samples.total.slice(0, 4), longTasks: longTasks.length };
}
