import { build } from "./build.mjs";
import { freePort } from "./ports.mjs";
import { at, isMain, must } from "./process.mjs";
import { setup } from "./setup.mjs";

const vite = (name) => async (options) => {
  // As an app's own build: from its folder, with its config.
  await must(`The build of examples/${name}`, process.execPath, [at("node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"], {
    cwd: at(`examples/${name}`),
  });
  const { preview } = await import("vite");
  const server = await preview({ root: at(`examples/${name}`), logLevel: "warn", preview: { port: options.port, strictPort: true, host: "127.0.0.1" } });
  return { url: `http://127.0.0.1:${options.port}`, close: () => server.close() };
};
const pages = (name) => async (options) => (await import(`../examples/${name}/server.mjs`)).start(options);

/** Each builds itself where it has to, listens on `port` and gives { url, close }. */
const EXAMPLES = {
  react: vite("react"),
  vue: vite("vue"),
  datalayer: pages("datalayer"),
  "strict-csp": pages("strict-csp"),
  storefront: async (options) => (await import("../examples/storefront/server.mjs")).startStorefront(options),
};

/** @throws Error where there is no such example */
export async function startExample(name, port) {
  if (!Object.hasOwn(EXAMPLES, name))
    throw new Error(`There is no example ${name ?? "without a name"}: npm run example -- ${Object.keys(EXAMPLES).join(" | ")}`);
  return EXAMPLES[name]({ port: await freePort(port ?? 4180) });
}

if (isMain(import.meta)) {
  await setup();
  await build();
  try {
    const { url } = await startExample(process.argv[2], process.env.PORT && Number(process.env.PORT));
    console.log(`\n  The example ${process.argv[2]}: ${url}\n\n  Ctrl-C stops it.`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
