/*
 * One narrow interface over three protocols: Chromium through its own, Firefox through WebDriver BiDi, which it speaks itself, WebKitGTK
 * through WebDriver, which only its driver speaks.
 *
 *   version       as the browser says it
 *   open(url)     goes there; resolves when the page is loaded
 *   run(fn, …)    runs a function in the page with plain arguments; gives what it returns or resolves to
 *   close()
 */
import { spawn } from "node:child_process";
import puppeteer from "puppeteer-core";
import { Builder, Capabilities } from "selenium-webdriver";
import { freePort } from "../../scripts/ports.mjs";

/** They keep a browser from talking to anyone but the shop. */
const QUIET = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const VIEW = { width: 1280, height: 900 };

async function puppet(options) {
  const browser = await puppeteer.launch({ headless: true, defaultViewport: VIEW, ...options });
  let page = await browser.newPage();
  return {
    browser,
    version: (await browser.version()).replace("/", " "),
    open: (url) => page.goto(url),
    async run(task, ...given) {
      // Another page may have taken the tab over, and the one before it is gone.
      if (page.mainFrame().detached) page = (await browser.pages()).at(-1);
      return page.evaluate(task, ...given);
    },
    close: () => browser.close(),
  };
}

/** Milliseconds after which a page that says nothing is taken for gone. */
const GONE = 5_000;

/**
 * A prerendered page that is shown takes the tab over with a target of its own, of which Puppeteer's page never hears: from then on the protocol
 * is spoken to that target. Not before, since a second session keeps pages from being prerendered.
 */
async function chromium(executablePath) {
  const { browser, ...driver } = await puppet({ browser: "chrome", executablePath, args: QUIET });
  let session = null;

  async function attach() {
    const root = await browser.target().createCDPSession();
    const { targetInfos } = await root.send("Target.getTargets");
    const { targetId } = targetInfos.find(({ type, subtype, url }) => type === "page" && !subtype && url !== "about:blank");
    const { sessionId } = await root.send("Target.attachToTarget", { targetId, flatten: true });
    return root.connection().session(sessionId);
  }

  return {
    ...driver,
    async run(task, ...given) {
      if (!session) {
        let late;
        const gone = new Promise((resolve) => {
          late = setTimeout(() => resolve("gone"), GONE);
        });
        const answer = await Promise.race([driver.run(task, ...given).then((value) => ({ value })), gone]).finally(() => clearTimeout(late));
        if (answer !== "gone") return answer.value;
        session = await attach();
      }
      const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
        expression: `(${task})(...${JSON.stringify(given)})`,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
  };
}

/** A program that runs until it is stopped. */
function background(command, args, env = {}) {
  const child = spawn(command, args, { stdio: "ignore", env: { ...process.env, ...env } });
  const failed = new Promise((_, reject) => child.once("error", reject));
  failed.catch(() => {});
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return {
    failed,
    stop() {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

async function answering(url, driver) {
  for (let end = Date.now() + 10_000; ; ) {
    const ok = await Promise.race([fetch(url).then((response) => response.ok), driver.failed]).catch(() => false);
    if (ok) return;
    if (Date.now() > end) throw new Error(`${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** GTK wants a display: one of its own, unless there is one. */
function virtualDisplay(display) {
  if (process.env.DISPLAY || !display) return { env: {}, stop: async () => {} };
  const name = `:${100 + Math.floor(Math.random() * 900)}`;
  const server = background(display, [name, "-screen", "0", `${VIEW.width}x${VIEW.height}x24`, "-nolisten", "tcp"]);
  return { env: { DISPLAY: name }, stop: server.stop };
}

export const DRIVERS = {
  chromium,
  firefox: (executablePath) => puppet({ browser: "firefox", executablePath }),
  async webkit({ driver: program, browser: binary, display }) {
    const screen = virtualDisplay(display);
    const port = await freePort(4444);
    const server = background(program, [`--port=${port}`, "--host=127.0.0.1"], screen.env);
    const url = `http://127.0.0.1:${port}`;
    const stop = async () => {
      await server.stop();
      await screen.stop();
    };
    try {
      await answering(`${url}/status`, server);
      const wanted = new Capabilities().set("browserName", "MiniBrowser").set("webkitgtk:browserOptions", { binary, args: ["--automation"] });
      const session = await new Builder().usingServer(url).withCapabilities(wanted).build();
      // A script in a page that is being left never answers.
      await session.manage().setTimeouts({ script: 5_000 });
      const capabilities = await session.getCapabilities();
      return {
        version: `WebKitGTK ${capabilities.get("browserVersion")}`,
        open: (address) => session.get(address),
        async run(task, ...given) {
          const { value, error } = await session.executeAsyncScript(
            `const done = arguments[arguments.length - 1];
             Promise.resolve().then(() => (${task})(...arguments[0])).then((value) => done({ value }), (error) => done({ error: String(error) }));`,
            given,
          );
          if (error) throw new Error(error);
          return value;
        },
        async close() {
          await session.quit();
          await stop();
        },
      };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};
